/**
 * A deployment loses nothing: while voters vote, every copy of every program is ended with SIGTERM in its turn and
 * replaced. No call fails, none is refused, no ticket is missing, and the ledger holds each accepted vote once.
 */
import { assert, assertEquals } from "@std/assert";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { audit } from "./audit.ts";
import { startRollingSystem } from "./rolling_system.ts";
import { startSteadyVoters } from "./steady_voters.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import type { ProgramName } from "./running_program.ts";

const INTERVAL_MS = 2000;
/** How often each program is replaced, all its copies. */
const ROUNDS: readonly (readonly [ProgramName, number])[] = [
  ["api", 3],
  ["ticket_rotator", 2],
  ["outbox_relay", 2],
  ["vote_persister", 1],
];
/** Calls between two restarts at least: a restart that nobody calls during shows nothing. */
const CALLS_BETWEEN = 50;

Deno.test("every program can be restarted in turn under load: no call fails, and each vote is stored once", async () => {
  await using world = await createWorld();
  // Taken down last, so that nothing writes while the world's keys and tables go.
  const pool = await world.postgres();
  await world.kafka();
  const system = await startRollingSystem(world, environment(world));
  const url = new URL(`http://127.0.0.1:${system.balancer.port}/graphql`);
  await waitFor(() => hasTicket(url), { what: "an open ticket", withinMs: 60_000 });

  const voters = startSteadyVoters({ url, count: 6, usernames: ["alice", "bob", "carol"] });
  const codes: number[] = [];
  const called = async () => {
    const before = voters.calls();
    await waitFor(() => voters.calls() >= before + CALLS_BETWEEN, { what: "calls between two restarts" });
  };
  for (const [name, rounds] of ROUNDS) {
    for (let round = 0; round < rounds; round++) {
      await called();
      codes.push(...await system.restart(name));
    }
  }
  await called();
  const history = await voters.finish();

  const { connections, unled, untaken } = system.balancer.counters();
  console.log(
    `    ${voters.calls()} calls over ${connections} connections, ${codes.length} restarts, ` +
      `${voters.failures().length} failures, ${history.accepted.length} votes accepted`,
  );
  assertEquals([voters.failures(), { unled, untaken }], [[], { unled: 0, untaken: 0 }]);
  assertEquals(new Set(codes), new Set([0]));
  assertEquals(history.accepted.length, history.arrived.length);
  assertEquals(await missingTickets(world), []);
  const report = await audit(world, { pool, history });
  assert(report.accepted > CALLS_BETWEEN && report.total > 0);
});

function environment(world: World): Record<string, string> {
  return {
    ...world.environment(),
    CAST_TICKET_KEYS: `test:${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`,
    // The balancer looks twenty times a second, and each voter calls ten times: long enough on a machine that is busy.
    CAST_API_DRAIN_MS: "4000",
    CAST_TICKET_INTERVAL_MS: String(INTERVAL_MS),
    // So long that Redis still lists every ticket at the end; and uses enough that the limit does not hide what is tested.
    CAST_TICKET_LIFETIME_MS: "600000",
    CAST_TICKET_USES: "1000000",
  };
}

async function hasTicket(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ cas { ticket } }"}',
    });
    return (await response.json()).data?.cas != null;
  } catch {
    return false;
  }
}

/** The slots between the first ticket and the last in which none opened. */
async function missingTickets({ redis: { redis }, keys }: World): Promise<number[]> {
  const opened = (await redis.zrange(keys.tickets, "0", "-1")).map(Number);
  assert(opened.length > 3, `wanted several tickets, got ${opened.length}`);
  const present = new Set(opened);
  const missing: number[] = [];
  for (let at = Math.min(...opened); at < Math.max(...opened); at += INTERVAL_MS) {
    if (!present.has(at)) missing.push(at);
  }
  return missing;
}
