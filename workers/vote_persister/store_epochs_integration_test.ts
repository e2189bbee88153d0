import { assertEquals } from "@std/assert";
import { EPOCH, storedVote, storedVotes } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { storeVotes } from "./store_votes.ts";
import { batchOf, createLedger, type Ledger } from "./testing/ledger.ts";

/** Carry marks by version, of one epoch. */
async function carriesOf({ pool }: Ledger, epoch: number): Promise<[version: number, carry: number][]> {
  const { rows } = await pool.query<{ version: string; carry: number }>(
    "select version, carry from vote_events where epoch = $1 order by version",
    [epoch],
  );
  return rows.map(({ version, carry }) => [Number(version), carry]);
}

async function epochsOf({ pool }: Ledger): Promise<[epoch: number, included: number | null][]> {
  const { rows } = await pool.query<{ epoch: string; included_version: string | null }>(
    "select epoch, included_version from epochs order by epoch",
  );
  return rows.map(({ epoch, included_version }) => [
    Number(epoch),
    included_version === null ? null : Number(included_version),
  ]);
}

Deno.test("storeVotes() marks nothing to carry in the open epoch", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  await storeVotes(ledger.pool, { address: ledger.address, batch: batchOf(storedVotes(3)) });
  assertEquals(await carriesOf(ledger, EPOCH), [[0, 0], [1, 0], [2, 0]]);
});

Deno.test("storeVotes() marks a vote of a kept epoch to carry only above what Redis includes", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  await ledger.addEpoch(EPOCH - 10, 4);
  const votes = storedVotes(4, { firstVersion: 3, vary: () => ({ epoch: EPOCH - 10 }) });
  await storeVotes(ledger.pool, { address: ledger.address, batch: batchOf(votes) });
  assertEquals(await carriesOf(ledger, EPOCH - 10), [[3, 0], [4, 0], [5, 1], [6, 1]]);
  assertEquals(await ledger.totals(), [["ada", 4]]);
});

Deno.test("storeVotes() marks every vote to carry that comes after a restore sealed its epoch", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  await ledger.addEpoch(EPOCH - 10, -1);
  const votes = [
    ...storedVotes(2, { vary: () => ({ epoch: EPOCH - 10 }) }),
    ...storedVotes(2, { vary: () => ({ epoch: EPOCH }) }),
  ];
  await storeVotes(ledger.pool, { address: ledger.address, batch: batchOf(votes) });
  assertEquals(await carriesOf(ledger, EPOCH - 10), [[0, 1], [1, 1]]);
  assertEquals(await carriesOf(ledger, EPOCH), [[0, 0], [1, 0]]);
});

Deno.test("storeVotes() gives an epoch that a backup lost its row: sealed below the shard's, open above", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const epochs = [EPOCH - 20, EPOCH + 20, EPOCH - 20, EPOCH];
  const votes = epochs.map((epoch, version) => storedVote({ epoch, version }));
  const { insertedCount, contested } = await storeVotes(ledger.pool, {
    address: ledger.address,
    batch: batchOf(votes),
  });
  assertEquals([insertedCount, contested], [4, []]);
  assertEquals(await epochsOf(ledger), [[EPOCH - 20, -1], [EPOCH, null], [EPOCH + 20, null]]);
  assertEquals(await carriesOf(ledger, EPOCH - 20), [[0, 1], [2, 1]]);
  assertEquals(await carriesOf(ledger, EPOCH + 20), [[1, 0]]);
  const { rows } = await ledger.pool.query<{ epoch: string }>(
    "select epoch from epochs where sealed_at is not null",
  );
  assertEquals(rows.map(({ epoch }) => Number(epoch)), [EPOCH - 20]);
});

Deno.test("storeVotes() gives the shard's own lost epoch an open row", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  await ledger.pool.query("delete from epochs");
  await storeVotes(ledger.pool, { address: ledger.address, batch: batchOf(storedVotes(2)) });
  assertEquals(await epochsOf(ledger), [[EPOCH, null]]);
  assertEquals(await carriesOf(ledger, EPOCH), [[0, 0], [1, 0]]);
});

Deno.test("storeVotes() leaves an epoch's row alone that is there", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  await ledger.addEpoch(EPOCH - 10, 0);
  const vote = storedVote({ epoch: EPOCH - 10 });
  await storeVotes(ledger.pool, { address: ledger.address, batch: batchOf([vote]) });
  assertEquals(await epochsOf(ledger), [[EPOCH - 10, 0], [EPOCH, null]]);
});

Deno.test("storeVotes() reports two votes of one version and skips neither", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const { pool, address } = ledger;
  const batch = batchOf(storedVotes(2));
  await storeVotes(pool, { address, batch });
  const clash = batchOf([storedVote({ version: 1 }), storedVote({ version: 2 })], { firstOffset: 2n });
  const outcome = await storeVotes(pool, { address, batch: clash });
  assertEquals(outcome.versionClashes, [`${EPOCH}-1`]);
  assertEquals(outcome.insertedCount, 2);
  assertEquals(await ledger.totals(), [["ada", 4]]);
  // The same batch again is no clash: a vote does not clash with itself.
  assertEquals((await storeVotes(pool, { address, batch: clash })).versionClashes, []);
  assertEquals((await storeVotes(pool, { address, batch })).versionClashes, []);
});

Deno.test("storeVotes() reports two votes of one version that come in one batch", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = [storedVote({ version: 7 }), storedVote({ version: 8 }), storedVote({ version: 7 })];
  const outcome = await storeVotes(pool, { address, batch: batchOf(votes) });
  assertEquals(outcome.versionClashes, [`${EPOCH}-7`]);
  assertEquals(await ledger.totals(), [["ada", 3]]);
});
