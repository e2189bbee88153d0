import { assert, assertEquals } from "@std/assert";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { EPOCH, storedVotes, totalsOf } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import { storeVotes } from "./store_votes.ts";
import { batchOf, createLedger } from "./testing/ledger.ts";

const PARTITIONS = 12;
const BATCHES_EACH = 20;
const VOTES_EACH = 25;
const NAMES = Array.from({ length: 15 }, (_, index) => `name ${index}`);

/** Names in an order that differs from vote to vote: unsorted writes would lock rows crosswise. */
function namesOf(index: number): string[] {
  const first = (index * 7) % NAMES.length;
  const names = [...NAMES.slice(first), ...NAMES.slice(0, first)].slice(0, 1 + index % 6);
  return index % 2 === 0 ? names : names.reverse();
}

function votesOf(partition: number): StoredVote[] {
  const count = BATCHES_EACH * VOTES_EACH;
  return storedVotes(count, {
    firstVersion: partition * count,
    vary: (index) => {
      const names = namesOf(index + partition);
      return { names, counts: names.map((_, position) => 1 + (index + position) % 4) };
    },
  });
}

Deno.test("storeVotes() from many partitions at once on the same names meets no deadlock and adds up", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const pool = createPostgresPool({
    url: world.addresses.postgresUrl,
    schema: world.name,
    connectionsMax: PARTITIONS,
    log: world.log,
  });
  world.defer(() => pool.end());
  const partitions = await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => ({
      address: await ledger.addPartition(partition),
      votes: votesOf(partition),
    })),
  );

  // Everything that a partition holds it delivers in order; here and there a batch comes twice.
  const codes: string[] = [];
  await Promise.all(partitions.map(async ({ address, votes }, partition) => {
    for (let start = 0; start < votes.length; start += VOTES_EACH) {
      const batch = batchOf(votes.slice(start, start + VOTES_EACH).reverse(), { firstOffset: BigInt(start) });
      for (let time = 0; time <= (start + partition) % 3 % 2; time++) {
        try {
          assert((await storeVotes(pool, { address, batch })).gateOpen);
        } catch (error) {
          codes.push(String((error as { code?: string }).code));
        }
      }
    }
  }));

  assertEquals(codes, []);
  assertEquals(await ledger.totals(), totalsOf(partitions.flatMap(({ votes }) => votes)));
  for (const { address, votes } of partitions) {
    assertEquals(await ledger.nextOffset(address), BigInt(votes.length));
  }
});

Deno.test("storeVotes() counts each vote once that two persisters store at the same moment", async () => {
  await using world = await createWorld();
  const { pool, address, ...ledger } = await createLedger(world);
  const votes = storedVotes(400, {
    vary: (index) => ({ names: namesOf(index), counts: namesOf(index).map(() => 1) }),
  });
  // A rebalance leaves a partition with two consumers for a moment: one of them is a batch behind.
  const deliver = async (size: number) => {
    for (let start = 0; start < votes.length; start += size) {
      const batch = batchOf(votes.slice(start, start + size), { firstOffset: BigInt(start) });
      let outcome;
      do {
        // What the other has stored since the statement began looks contested: the next round sees it.
        outcome = await storeVotes(pool, { address, batch });
        assert(outcome.gateOpen);
      } while (outcome.contested.length > 0);
    }
  };
  await Promise.all([deliver(40), deliver(25), deliver(100)]);
  assertEquals(await ledger.totals(), totalsOf(votes));
  assertEquals((await ledger.events()).length, 400);
  assertEquals(await ledger.nextOffset(), 400n);
});

Deno.test("storeVotes() from several partitions at once gives a lost epoch one row", async () => {
  await using world = await createWorld();
  const { pool, ...ledger } = await createLedger(world);
  const lost = EPOCH - 10;
  const addresses = await Promise.all([0, 1, 2, 3].map((partition) => ledger.addPartition(partition)));
  const outcomes = await Promise.all(addresses.map((address, partition) => {
    const votes = storedVotes(3, { firstVersion: 3 * partition, vary: () => ({ epoch: lost }) });
    return storeVotes(pool, { address, batch: batchOf(votes) });
  }));
  const { rows } = await pool.query("select included_version from epochs where epoch = $1", [lost]);
  assertEquals(rows, [{ included_version: "-1" }]);
  // Who did not see the row yet looks again, vote by vote: what is not stored is named, and the offset stays.
  for (const [index, { insertedCount, contested }] of outcomes.entries()) {
    assertEquals(insertedCount + contested.length, 3);
    const stored = contested.length === 0 ? 3n : 0n;
    assertEquals(await ledger.nextOffset(addresses[index]), stored);
  }
});
