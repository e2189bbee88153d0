/**
 * Nothing is lost when parts die under load: Kafka away, Postgres away, every worker killed, with two of each. The
 * stores are really stopped, so these tests run where the stores are the test run's own (`deno task test`).
 */
import { assert, assertEquals } from "@std/assert";
import { setTimeout as timeout } from "node:timers/promises";
import { type StoreName, storesControl } from "../../shared/testing/stores.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld } from "../../shared/testing/world.ts";
import type { ApiClient } from "./api_client.ts";
import { audit } from "./audit.ts";
import { startSystem } from "./system.ts";
import { startVoters } from "./voters.ts";

const control = storesControl();
/** How long a store stays away; the gate asks for less than a patient person would. */
const OUTAGE_MS = Number(Deno.env.get("CAST_TEST_OUTAGE_MS") ?? 5000);
const PER_SECOND = 200;
/** Loads raise the uses, so that the limit does not hide what is tested. */
const MANY_USES = { CAST_TICKET_USES: "1000000" };
const TWO_OF_EACH = { api: 2, ticket_rotator: 2, outbox_relay: 2, vote_persister: 2 };

Deno.test({
  name:
    "every accepted vote is stored once though Kafka stops, Postgres stops and each worker is killed, one of each",
  ignore: control === undefined,
  fn: () => surviveOutages({}),
});

Deno.test({
  name:
    "every accepted vote is stored once though Kafka stops, Postgres stops and each worker is killed, two of each",
  ignore: control === undefined,
  fn: () => surviveOutages(TWO_OF_EACH),
});

async function surviveOutages(copies: Record<string, number>): Promise<void> {
  await using world = await createWorld();
  const pool = await world.postgres();
  const system = await startSystem(world, { copies, environment: MANY_USES });
  const voters = startVoters({
    clients: system.clients,
    perSecond: PER_SECOND,
    usernames: ["alice", "bob", "carol"],
  });
  for (const store of ["kafka", "postgres"] as const) await outage(store);
  for (const worker of ["ticket_rotator", "outbox_relay", "vote_persister"] as const) {
    await system.killAndReplace(worker);
  }
  const history = await voters.finish();
  const report = await audit(world, { pool, history });
  console.log(
    `    answers ${JSON.stringify(Object.fromEntries(history.answers))}, audit ${JSON.stringify(report)}`,
  );
  // Nothing here is a reason to refuse anyone for good: neither store is on the way of a vote, and tickets go on.
  assertEquals([history.refused.length, history.unknown.length], [0, 0]);
  assertEquals(report.accepted, history.arrived.length);
  assert(report.accepted > 0);
}

async function outage(store: StoreName): Promise<void> {
  await control?.stop(store);
  await timeout(OUTAGE_MS);
  await control?.start(store);
}

Deno.test({
  name:
    "Redis killed under load refuses votes until the guard opens the next epoch, and no total and no old ticket comes back wrong",
  ignore: control === undefined,
  async fn() {
    await using world = await createWorld();
    const pool = await world.postgres();
    const system = await startSystem(world, {
      copies: { api: 2 },
      // Long-lived, so that only the epoch can be what refuses the old ticket.
      environment: { ...MANY_USES, CAST_TICKET_LIFETIME_MS: "600000" },
    });
    const client = system.clients[0] as ApiClient;
    const before = await client.whenTicketOpen();
    const voters = startVoters({
      clients: system.clients,
      perSecond: PER_SECOND,
      usernames: ["alice", "bob"],
    });
    await waitFor(() => voters.history.accepted.length > 200, { what: "votes under way" });

    await control?.kill("redis");
    await control?.start("redis");
    const restartedAt = performance.now();
    const opened = await waitFor(() => reopened(system.copies("vote_persister")[0]?.lines ?? []), {
      what: "the next epoch",
    });
    const closedMs = Math.round(performance.now() - restartedAt);
    assertEquals(opened.kind, "kept");

    await waitFor(async () => (await client.whenTicketOpen()).ticket !== before.ticket, {
      what: "a new ticket",
    });
    const answer = await client.vote({ usernames: ["alice"], voteCount: [1], ticket: before.ticket });
    assertEquals(answer.kind === "result" && answer.result.message, "Ticket expired");
    const acceptedBefore = voters.history.accepted.length;
    await waitFor(() => voters.history.accepted.length > acceptedBefore + 200, {
      what: "votes flowing again",
    });

    const history = await voters.finish();
    const report = await audit(world, { pool, history });
    console.log(`    open again ${closedMs} ms after Redis answered; audit ${JSON.stringify(report)}`);
  },
});

function reopened(lines: readonly Record<string, unknown>[]): Record<string, unknown> | undefined {
  return lines.filter(({ event }) => event === "shard_opened")[1];
}
