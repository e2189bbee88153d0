/**
 * What hostile requests cost those who vote: honest votes alone and the same beside the hostile corpus, in turn, and what
 * refusing one takes of a processor. Both at rates that leave the machine room, since past its end everything is late.
 */
import { startProgram } from "../../system/running_program.ts";
import { VOTE_DOCUMENT, voteVariables } from "../api/requests.ts";
import { openShard, removeVotes } from "../api/scene.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { interleave } from "../interleave.ts";
import { startAttacker } from "./attacker_thread.ts";
import { honestP99 } from "./honest_load.ts";
import { processSeconds } from "./process_time.ts";

const HONEST_PER_SECOND = 300;
const HOSTILE_PER_SECOND = 200;
const RATIO_WANTED = { atMost: 1.5 };
const REFUSAL_MS_WANTED = { atMost: 5 };

export const hostileBench: Bench = {
  name: "hostile",
  title: "Honest votes beside hostile requests, against the same votes alone",
  run,
};

async function run(context: BenchContext): Promise<readonly Figure[]> {
  const { createWorld, seconds, signal, say } = context;
  await using world = await createWorld();
  const { ticket, environment } = await openShard(world);
  const api = startProgram("api", environment);
  world.defer(() => api.stop("SIGTERM"));
  await api.whenReady();
  const port = Number((await api.logged("api_listening")).port);
  using attacker = startAttacker();
  const bodies = voteVariables({ ticket, withId: false }).map((variables) =>
    JSON.stringify({ query: VOTE_DOCUMENT, variables })
  );
  const url = `http://127.0.0.1:${port}/graphql`;
  const votes = { url, bodies, perSecond: HONEST_PER_SECOND, seconds, signal };
  const spent: Record<"alone" | "beside", number[]> = { alone: [], beside: [] };

  const side = (name: "alone" | "beside", attack: () => Promise<void>) => async () => {
    await removeVotes(world);
    const before = await spentSeconds(api.pid);
    const [p99] = await Promise.all([honestP99(votes), attack()]);
    spent[name].push(await spentSeconds(api.pid) - before);
    say(`${name}: p99 ${p99.toFixed(1)} ms`);
    return p99;
  };
  const attack = async () => {
    const { wrong } = await attacker.attack({ port, ticket, perSecond: HOSTILE_PER_SECOND, seconds });
    if (wrong.length > 0) throw new Error(`Attack the API: ${wrong.length} not refused: ${wrong[0]}`);
  };
  const { alone, beside } = await interleave({
    alone: side("alone", () => Promise.resolve()),
    beside: side("beside", attack),
  }, context);
  return [
    {
      what: "honest votes' p99 beside hostile requests",
      unit: "ms",
      samples: beside,
      limit: { what: "alone", samples: alone },
      wanted: RATIO_WANTED,
    },
    ...refusalFigures(spent, seconds),
  ];
}

/** What the rounds with hostile requests took more, over their number; the first round warms up, as in `interleave`. */
function refusalFigures(
  { alone, beside }: Readonly<Record<"alone" | "beside", readonly number[]>>,
  seconds: number,
): Figure[] {
  if (Deno.build.os !== "linux") return [];
  const hostile = HOSTILE_PER_SECOND * seconds;
  const samples = beside.slice(1).map((took, round) => 1000 * (took - (alone[round + 1] ?? 0)) / hostile);
  return [{ what: "processor time to refuse one", unit: "ms", samples, wanted: REFUSAL_MS_WANTED }];
}

async function spentSeconds(pid: number): Promise<number> {
  return Deno.build.os === "linux" ? await processSeconds(pid) : 0;
}
