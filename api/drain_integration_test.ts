import { assert, assertEquals, assertRejects } from "@std/assert";
import { permissionFlags } from "../shared/config/permissions.ts";
import { waitFor } from "../shared/testing/wait_for.ts";
import { createWorld, type World } from "../shared/testing/world.ts";
import { apiSettings } from "./config.ts";
import { readEvents } from "./live/testing/sse_reader.ts";
import { EPOCH, TEST_KEYS } from "./testing/api_world.ts";
import { type ProgramProcess, startProgram } from "./testing/program_process.ts";

const MAIN = new URL("./main.ts", import.meta.url).href;
const ASK = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"query":"{ cas { ticket } }"}',
};

interface DrainLab {
  readonly program: ProgramProcess;
  ready(): Promise<number>;
  /** One request on a connection of its own. */
  ask(): Promise<{ status: number; connection: string | null }>;
  /** Watches the leaderboard. */
  stream(): Promise<Response>;
}

/** An API that runs and is ready. */
async function startApi(world: World, drainMs: number): Promise<DrainLab> {
  const environment = {
    ...world.environment(),
    CAST_API_PORT: "0",
    CAST_OPS_PORT: "0",
    CAST_TICKET_KEYS: TEST_KEYS,
    CAST_API_DRAIN_MS: String(drainMs),
  };
  const program = startProgram({
    args: ["run", "--quiet", ...permissionFlags(apiSettings, environment), MAIN],
    environment,
  });
  const [, port] = await program.printed(/"port":(\d+),"event":"api_listening"/);
  const [, opsPort] = await program.printed(/"opsPort":(\d+)/);
  const ready = async () => {
    const response = await fetch(`http://127.0.0.1:${opsPort}/readyz`);
    await response.body?.cancel();
    return response.status;
  };
  await waitFor(async () => await ready() === 200, { what: "readiness" });
  return {
    program,
    ready,
    async ask() {
      using client = Deno.createHttpClient({});
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, { ...ASK, client });
      await response.body?.cancel();
      return { status: response.status, connection: response.headers.get("connection") };
    },
    stream() {
      const query = encodeURIComponent("subscription { leaderboard { voteCount } }");
      return fetch(`http://127.0.0.1:${port}/graphql?query=${query}`, {
        headers: { accept: "text/event-stream" },
      });
    },
  };
}

Deno.test("an API that drains is not ready, answers new connections too, and asks each client to close its own", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const { program, ready, ask } = await startApi(world, 60_000);
  await using _program = program;
  assertEquals(await ask(), { status: 200, connection: null });
  Deno.kill(program.pid, "SIGTERM");
  await program.printed(/"event":"program_draining"/);
  assertEquals(await ready(), 503);
  for (let times = 0; times < 3; times++) assertEquals(await ask(), { status: 200, connection: "close" });

  // One key press may arrive as two signals, so the second counts only a moment after the first: repeat it.
  let ended = false;
  const status = program.status.finally(() => ended = true);
  await waitFor(() => {
    if (!ended) signalAgain(program);
    return ended;
  }, { what: "a second signal to end it" });
  assertEquals((await status).code, 137);
});

Deno.test("an API takes no connection once its drain is over, and exits with 0", async () => {
  await using world = await createWorld();
  const { program, ask } = await startApi(world, 50);
  await using _program = program;
  Deno.kill(program.pid, "SIGTERM");
  assertEquals((await program.status).code, 0);
  assert(program.output().includes("program_draining"), program.output());
  await assertRejects(ask, TypeError);
});

Deno.test("streams end when the drain begins, without a last word, and none begins while it lasts", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const { program, stream } = await startApi(world, 60_000);
  await using _program = program;
  await using viewer = readEvents(await stream());
  await waitFor(() => viewer.events.length === 1, { what: "a frame" });
  Deno.kill(program.pid, "SIGTERM");
  await waitFor(() => viewer.ended(), { what: "the stream's end" });
  assertEquals([viewer.failure(), viewer.events.map(({ event }) => event)], [undefined, ["next"]]);
  const late = await stream();
  assertEquals([late.status, late.headers.get("retry-after"), late.headers.get("connection")], [
    503,
    "1",
    "close",
  ]);
  await late.body?.cancel();
});

Deno.test("an API with streams that nobody reads stops at once", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const { program, stream } = await startApi(world, 0);
  await using _program = program;
  const unread = await stream();
  Deno.kill(program.pid, "SIGTERM");
  assertEquals((await program.status).code, 0);
  await unread.body?.cancel().catch(() => {});
});

Deno.test("an API without a drain stops at once", async () => {
  await using world = await createWorld();
  const { program } = await startApi(world, 0);
  await using _program = program;
  Deno.kill(program.pid, "SIGTERM");
  assertEquals((await program.status).code, 0);
  assert(!program.output().includes("program_draining"));
});

function signalAgain({ pid }: ProgramProcess): void {
  try {
    Deno.kill(pid, "SIGTERM");
  } catch (error) {
    // It has just ended.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
