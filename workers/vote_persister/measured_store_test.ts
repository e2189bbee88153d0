import { assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import { AT_MS, storedVotes } from "../../shared/testing/votes.ts";
import { measureStore } from "./measured_store.ts";
import { createPersisterMetrics } from "./metrics.ts";
import type { StoreOutcome } from "./store_votes.ts";
import { batchOf } from "./testing/ledger.ts";

const ADDRESS = { clusterId: "c", topic: "t", partition: 0 };
const STORED: StoreOutcome = { gateOpen: true, insertedCount: 2, contested: [], versionClashes: [] };

function lab(outcomes: (StoreOutcome | Error)[]) {
  const registry = new Registry();
  const store = measureStore({
    storeVotes() {
      const outcome = outcomes.shift() ?? STORED;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    storeContestedVote: () => Promise.resolve({ kind: "counted" }),
  }, { metrics: createPersisterMetrics(registry), now: () => AT_MS + 2000 });
  const shown = async () => {
    const lines = (await registry.metrics()).split("\n");
    const valueOf = (name: string) =>
      Number(lines.find((each) => each.startsWith(`${name} `))?.split(" ")[1]);
    return {
      batches: valueOf("cast_persist_batch_votes_count"),
      votes: valueOf("cast_persist_batch_votes_sum"),
      failures: valueOf("cast_persist_failures_total"),
      lagged: valueOf("cast_persist_lag_seconds_count"),
      lag: valueOf("cast_persist_lag_seconds_sum"),
    };
  };
  return { store, shown };
}

Deno.test("measureStore() tells how many votes a statement stored, and how old each was by then", async () => {
  const { store, shown } = lab([]);
  // The third comes from a clock that is ahead of this one.
  const votes = storedVotes(3, { vary: (index) => ({ at: AT_MS + [0, 1000, 9000][index]! }) });
  await store.storeVotes({ address: ADDRESS, batch: batchOf(votes) });
  assertEquals(await shown(), { batches: 1, votes: 3, failures: 0, lagged: 3, lag: 3 });
});

Deno.test("measureStore() tells of a vote once, though its batch comes again", async () => {
  const votes = storedVotes(2);
  const { store, shown } = lab([
    new Error("away"),
    { ...STORED, gateOpen: false },
    { ...STORED, contested: [votes[1]!.id] },
    STORED,
  ]);
  const asked = { address: ADDRESS, batch: batchOf(votes) };
  assertEquals(await store.storeVotes(asked).catch(({ message }) => message), "away");
  for (let round = 0; round < 3; round++) await store.storeVotes(asked);
  assertEquals(await shown(), { batches: 3, votes: 6, failures: 1, lagged: 2, lag: 4 });
});

Deno.test("measureStore() takes a statement without votes, which only moves the offset, for no batch", async () => {
  const { store, shown } = lab([]);
  await store.storeVotes({
    address: ADDRESS,
    batch: { firstOffset: 0n, nextOffset: 1n, votes: [], malformed: [] },
  });
  assertEquals((await shown()).batches, 0);
});
