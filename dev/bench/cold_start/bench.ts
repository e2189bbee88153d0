/** How long a new API takes from its spawn to its first accepted vote, as it is deployed, with a warm module cache. */
import { setTimeout as pause } from "node:timers/promises";
import { graphqlVote, rawVote } from "./first_vote.ts";
import { openShard } from "../api/scene.ts";
import { startRawHandler } from "../api/raw_program.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { interleave, type Side } from "../interleave.ts";
import { findFreePort } from "../../stack/ports.ts";
import { startProgram } from "../../system/running_program.ts";

const POLL_MS = 3;
const START_MS_MAX = 60_000;

export const coldStartBench: Bench = {
  name: "cold_start",
  title: "From the spawn of the API to its first accepted vote, against the bare handler",
  run,
};

async function run(context: BenchContext): Promise<readonly Figure[]> {
  await using world = await context.createWorld();
  const { ticket, environment } = await openShard(world);
  const side =
    (start: (env: Record<string, string>) => () => Promise<unknown>, first: typeof rawVote): Side =>
    async () => {
      const port = findFreePort();
      const begunAt = performance.now();
      const stop = start({ ...environment, CAST_API_PORT: String(port) });
      try {
        await untilAccepted(() => first(`http://127.0.0.1:${port}`, ticket), context.signal);
        return performance.now() - begunAt;
      } finally {
        await stop();
      }
    };
  const { api, raw, empty } = await interleave({
    api: side((env) => {
      const program = startProgram("api", env);
      return () => program.stop("SIGKILL");
    }, graphqlVote),
    raw: side((env) => startRawHandler(env).stop, rawVote),
    empty: emptyProgram,
  }, context);
  const what = "spawn to first accepted vote";
  return [
    { what, unit: "ms", samples: api, wanted: { atMost: 400 } },
    { what, unit: "ms", samples: api, limit: { what: "raw handler", samples: raw } },
    { what: "of it: deno run of an empty program", unit: "ms", samples: empty },
  ];
}

async function untilAccepted(isAccepted: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_MS_MAX;
  while (!await isAccepted()) {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`Wait for a vote: none within ${START_MS_MAX} ms`);
    await pause(POLL_MS);
  }
}

async function emptyProgram(): Promise<number> {
  const path = await Deno.makeTempFile({ suffix: ".js" });
  try {
    const begunAt = performance.now();
    await new Deno.Command(Deno.execPath(), { args: ["run", "--no-config", "--quiet", path] }).output();
    return performance.now() - begunAt;
  } finally {
    await Deno.remove(path);
  }
}
