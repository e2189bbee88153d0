import { assert, assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import { AT_MS, EPOCH, storedVote } from "../../shared/testing/votes.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import { storeContestedVote } from "./contested_vote.ts";
import { createPersisterMetrics } from "./metrics.ts";
import { persistBatch } from "./persist_batch.ts";
import { storeVotes } from "./store_votes.ts";
import { batchOf, createLedger, type Ledger } from "./testing/ledger.ts";
import { createVoteStore } from "./vote_store.ts";

const REQUEST_LIFE_MS = 120_000;

/** A ledger, and a persister's way of storing votes one batch after another. */
async function createScene(world: World) {
  const ledger = await createLedger(world);
  const options = {
    store: createVoteStore(ledger.pool, { requestLifeMs: REQUEST_LIFE_MS }),
    metrics: createPersisterMetrics(new Registry()),
    bury: () => Promise.reject(new Error("nothing here is to be buried")),
    log: world.log,
  };
  const persist = async (...votes: StoredVote[]) =>
    await persistBatch(options, {
      address: ledger.address,
      batch: batchOf(votes, { firstOffset: await ledger.nextOffset() }),
    });
  return { ledger, persist };
}

const first = storedVote({ version: 0, requestId: "r", names: ["ada", "bob"], counts: [2, 1] });

function repeated(fields: Partial<StoredVote>): StoredVote {
  return storedVote({ requestId: "r", names: ["ada", "bob"], counts: [2, 1], ...fields });
}

/** What tells counted votes and repeats apart, by version. */
async function shapes(ledger: Ledger) {
  return (await ledger.events()).map(({ request_seq, repeat_of, carry }) => ({
    request_seq,
    repeat_of,
    carry,
  }));
}

Deno.test("a vote repeated within the request's life is kept and not counted", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  await persist(first);
  const outcome = await persist(repeated({ version: 1, at: AT_MS + REQUEST_LIFE_MS - 1 }));
  assertEquals(outcome, { kind: "stored", insertedCount: 0 });
  assertEquals(await ledger.totals(), [["ada", 2], ["bob", 1]]);
  assertEquals(await shapes(ledger), [
    { request_seq: 0, repeat_of: null, carry: 0 },
    // Redis counted it in its open epoch: that is to be taken back there.
    { request_seq: 1, repeat_of: first.id, carry: -1 },
  ]);
  assertEquals(await ledger.nextOffset(), 2n);
});

Deno.test("a repeat that Redis forgot with its epoch leaves nothing to carry", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  await ledger.addEpoch(EPOCH - 10, -1);
  await ledger.addEpoch(EPOCH - 20, 4);
  await persist(first);
  await persist(repeated({ version: 3, epoch: EPOCH - 10 }));
  await persist(repeated({ version: 4, epoch: EPOCH - 20 }));
  await persist(repeated({ version: 5, epoch: EPOCH - 20 }));
  const carries = (await ledger.events()).map((
    { version, repeat_of, carry },
  ) => [version, repeat_of !== null, carry]);
  assertEquals(carries, [[4, true, -1], [5, true, 0], [3, true, 0], [0, false, 0]]);
  assertEquals(await ledger.totals(), [["ada", 2], ["bob", 1]]);
});

Deno.test("a vote is a repeat whichever of the two lies earlier", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  await persist(first);
  await persist(repeated({ version: 1, at: AT_MS - REQUEST_LIFE_MS + 1 }));
  assertEquals((await shapes(ledger)).map(({ repeat_of }) => repeat_of), [null, first.id]);
});

Deno.test("a vote under a request id that another vote holds counts", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  await persist(first);
  const outcome = await persist(repeated({ version: 1, counts: [2, 2] }));
  assertEquals(outcome, { kind: "stored", insertedCount: 1 });
  assertEquals(await ledger.totals(), [["ada", 4], ["bob", 3]]);
  assertEquals((await shapes(ledger))[1], { request_seq: 1, repeat_of: null, carry: 0 });
});

Deno.test("a vote as long after the first as the request's life counts, and is marked if Redis lacks it", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  await ledger.addEpoch(EPOCH + 10, -1);
  await persist(first);
  await persist(repeated({ version: 1, at: AT_MS + REQUEST_LIFE_MS }));
  await persist(repeated({ version: 2, at: AT_MS + 2 * REQUEST_LIFE_MS, epoch: EPOCH + 10 }));
  assertEquals(await shapes(ledger), [
    { request_seq: 0, repeat_of: null, carry: 0 },
    { request_seq: 1, repeat_of: null, carry: 0 },
    { request_seq: 2, repeat_of: null, carry: 1 },
  ]);
  assertEquals(await ledger.totals(), [["ada", 6], ["bob", 3]]);
});

Deno.test("a third vote is compared with every counted one, and not with repeats", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  const life = REQUEST_LIFE_MS;
  const counted = repeated({ version: 2, at: AT_MS + life + 10 });
  await persist(first);
  await persist(repeated({ version: 1, at: AT_MS + life - 10 }));
  await persist(counted);
  await persist(repeated({ version: 3, at: AT_MS + 2 * life }));
  assertEquals((await shapes(ledger)).map(({ repeat_of }) => repeat_of), [null, first.id, null, counted.id]);
  assertEquals((await shapes(ledger)).map(({ request_seq }) => request_seq), [0, 1, 2, 3]);
  assertEquals(await ledger.totals(), [["ada", 4], ["bob", 2]]);
});

Deno.test("two votes of one request that come in one batch count once", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  const outcome = await persist(
    repeated({ version: 1 }),
    storedVote({ version: 2 }),
    repeated({ version: 3 }),
  );
  assertEquals(outcome, { kind: "stored", insertedCount: 2 });
  assertEquals(await ledger.totals(), [["ada", 3], ["bob", 1]]);
  assertEquals(await ledger.nextOffset(), 3n);
});

Deno.test("storeVotes() moves the offset only when nothing is contested any more", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  await persist(first);
  const contested = repeated({ version: 1 });
  const batch = batchOf([contested, storedVote({ version: 2, names: ["cleo"] })], { firstOffset: 1n });
  const outcome = await storeVotes(ledger.pool, { address: ledger.address, batch });
  assertEquals(outcome.contested, [contested.id]);
  assertEquals([outcome.insertedCount, await ledger.nextOffset()], [1, 1n]);

  // The persister dies here. Whoever comes next begins from the offset, and nothing is lost or counted twice.
  await persist(contested, ...batch.votes.slice(1).map(({ vote }) => vote));
  assertEquals(await ledger.totals(), [["ada", 2], ["bob", 1], ["cleo", 1]]);
  assertEquals(await ledger.nextOffset(), 3n);
});

Deno.test("storeContestedVote() leaves a vote alone that is there already", async () => {
  await using world = await createWorld();
  const { ledger, persist } = await createScene(world);
  await persist(first);
  const { pool } = ledger;
  assertEquals(await storeContestedVote(pool, { vote: first, requestLifeMs: 1000 }), { kind: "again" });
  const unknownEpoch = repeated({ epoch: EPOCH + 99 });
  assertEquals(await storeContestedVote(pool, { vote: unknownEpoch, requestLifeMs: 1000 }), {
    kind: "again",
  });
  assertEquals((await ledger.events()).length, 1);
});

Deno.test("persisters in parallel on the same contested votes agree on which ones count", async () => {
  await using world = await createWorld();
  const { ledger } = await createScene(world);
  const votes = Array.from(
    { length: 24 },
    (_, index) => storedVote({ version: index, requestId: `r-${index % 4}`, names: [`name ${index % 4}`] }),
  );
  const outcomes = await Promise.all([0, 1, 2, 3].map(async (partition) => {
    const address = await ledger.addPartition(partition);
    // Each in an order of its own, so that another vote of each request comes first.
    const order = votes.toSorted((a, b) =>
      (a.version * 7 + partition * 5) % 24 - (b.version * 7 + partition * 5) % 24
    );
    const batch = batchOf(order);
    const bury = () => Promise.reject(new Error("nothing here is to be buried"));
    const store = createVoteStore(ledger.pool, { requestLifeMs: REQUEST_LIFE_MS });
    const options = { store, metrics: createPersisterMetrics(new Registry()), bury, log: world.log };
    for (let attempt = 0;; attempt++) {
      try {
        return await persistBatch(options, { address, batch });
      } catch (error) {
        // Crosswise request ids may deadlock: Postgres lets one go, and the consumer tries again.
        assert((error as { code?: string }).code === "40P01" && attempt < 50, String(error));
      }
    }
  }));
  assert(outcomes.every(({ kind }) => kind === "stored"));
  assertEquals(await ledger.totals(), [0, 1, 2, 3].map((index) => [`name ${index}`, 1]));
  const events = await ledger.events();
  assertEquals(events.length, 24);
  assertEquals(events.filter(({ repeat_of, carry }) => repeat_of !== null && carry === -1).length, 20);
});
