import { assert, assertEquals } from "@std/assert";
import { storedVotes } from "../../shared/testing/votes.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import { createLedger, type Ledger } from "./testing/ledger.ts";
import { createCuttablePool, createVoteSource, startConsumer, untilStored } from "./testing/persister.ts";

const LONG_MS = 90_000;

async function createScene(world: World) {
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  const { pool, cutConnections } = createCuttablePool(world, ledger.pool);
  let version = 0;
  const sent: StoredVote[] = [];
  return {
    ledger,
    sent,
    cutConnections,
    start: (over: PostgresPool = pool) => startConsumer(world, { kafka, pool: over }),
    pool,
    /** Votes for two names each, in opposite orders. */
    async send(count: number) {
      const votes = storedVotes(count, {
        firstVersion: version,
        vary: (index) => ({ names: index % 2 ? ["ada", "bob"] : ["bob", "ada"], counts: [1, 2] }),
      });
      version += count;
      await source.send(votes);
      sent.push(...votes);
    },
  };
}

async function takeBackup({ pool }: Ledger): Promise<void> {
  for (const table of ["vote_events", "votes", "consumed"]) {
    await pool.query(`create table backup_${table} as table ${table}`);
  }
}

/** As a backup brought back: everything as it was, at once. */
async function putBack({ pool }: Ledger): Promise<void> {
  await pool.query(`
    begin;
    delete from vote_events; insert into vote_events table backup_vote_events;
    delete from votes; insert into votes overriding system value table backup_votes;
    update consumed c set next_offset = coalesce(
      (select b.next_offset from backup_consumed b where (b.cluster_id, b.topic, b.partition) =
        (c.cluster_id, c.topic, c.partition)), 0);
    commit`);
}

Deno.test("a consumer reads again what a Postgres lost that comes back from a backup, as soon as it reconnects", async () => {
  await using world = await createWorld();
  const { ledger, sent, send, start, cutConnections } = await createScene(world);
  await start();
  await send(60);
  await untilStored(ledger, sent);
  await takeBackup(ledger);
  await send(120);
  await untilStored(ledger, sent);

  await putBack(ledger);
  assertEquals((await ledger.events()).length, 60);
  await cutConnections();
  // One vote makes the consumer reach for Postgres again; everything else comes back by itself.
  await send(1);
  await untilStored(ledger, sent);
  assert(world.log.events.some(({ level, event }) => level === "error" && event === "postgres_went_back"));
});

Deno.test("a consumer reads again what Postgres lost though no connection was cut", async () => {
  await using world = await createWorld();
  const { ledger, sent, send, start } = await createScene(world);
  await takeBackup(ledger);
  await start();
  await send(240);
  await untilStored(ledger, sent);
  await putBack(ledger);
  assertEquals(await ledger.events(), []);
  // Enough that every partition gets one: each is refused where it begins above what is stored.
  await send(240);
  await untilStored(ledger, sent);
  assert(world.log.has("postgres_went_back"));
});

Deno.test("a consumer whose connections to Postgres are cut under load loses and doubles nothing", async () => {
  await using world = await createWorld();
  const { ledger, sent, send, start, cutConnections } = await createScene(world);
  await start();
  for (let round = 0; round < 12; round++) {
    await send(40);
    await cutConnections();
  }
  await untilStored(ledger, sent);
  assert(!world.log.has("postgres_went_back"), "a false alarm");
});

Deno.test("two consumers share the partitions, and each vote counts once through every change of them", async () => {
  await using world = await createWorld();
  const { ledger, sent, send, start } = await createScene(world);
  let loading = true;
  const load = (async () => {
    while (loading) await send(25);
  })();
  const first = await start();
  const second = await start();
  await waitFor(() => sharesOf(world).some((share) => share > 0 && share < 12), {
    what: "partitions with both",
    withinMs: LONG_MS,
  });
  await first.stop();
  const third = await start();
  await second.stop();
  await waitFor(() => sharesOf(world).at(-1) === 12, { what: "all partitions with one", withinMs: LONG_MS });
  loading = false;
  await load;
  await untilStored(ledger, sent);
  await third.stop();
});

function sharesOf({ log }: World): number[] {
  return log.events.filter(({ event }) => event === "partitions_assigned")
    .map(({ fields }) => (fields.partitions as number[]).length);
}

Deno.test("a consumer raises no alarm when it stores on while it asks Postgres where it is", async () => {
  await using world = await createWorld();
  const { ledger, sent, send, start, pool } = await createScene(world);
  // The answer about the offsets is held back until votes have been stored that it does not know of.
  const held = { answer: undefined as PromiseWithResolvers<void> | undefined };
  let asked = 0;
  const slow = Object.create(pool, {
    query: {
      async value(...args: unknown[]) {
        const result = await (pool.query as (...args: unknown[]) => Promise<unknown>)(...args);
        if (typeof args[0] === "string" && args[0].startsWith("select partition, next_offset")) {
          asked += 1;
          await held.answer?.promise;
        }
        return result;
      },
    },
  }) as PostgresPool;
  await start(slow);
  await send(120);
  await untilStored(ledger, sent);
  const askedBefore = asked;
  held.answer = Promise.withResolvers<void>();
  const client = await pool.connect();
  pool.emit("connect", client);
  client.release();
  await waitFor(() => asked > askedBefore, { what: "the question" });
  await send(240);
  await untilStored(ledger, sent);
  held.answer.resolve();
  await send(1);
  await untilStored(ledger, sent);
  assert(!world.log.has("postgres_went_back"));
});
