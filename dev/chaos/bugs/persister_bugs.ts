/** Bugs on the way from Kafka to Postgres. */
import type { Bug } from "./bug.ts";
import { crashOutboxRelay, crashVotePersister } from "./crash_scenes.ts";
import { repeatAfterWipe } from "./persister_scenes.ts";

const offsetBeforeCommit: Bug = {
  name: "offset_before_commit",
  about: "the persister moves the offset before the rows are committed",
  edits: [
    {
      file: "workers/vote_persister/vote_store.ts",
      find: "    storeVotes: (stored) => storeVotes(pool, stored),\n",
      replace: `    moveOffset: async ({ address, batch }: { address: PartitionAddress; batch: VoteBatch }) =>
      void await pool.query(
        "update consumed set next_offset = $4 where cluster_id = $1 and topic = $2 and partition = $3 and next_offset < $4",
        [address.clusterId, address.topic, address.partition, batch.nextOffset],
      ),
    storeVotes: (stored) => storeVotes(pool, stored),
`,
    },
    {
      file: "workers/vote_persister/vote_store.ts",
      find: "export interface VoteStore {\n",
      replace:
        "export interface VoteStore {\n  moveOffset(stored: { address: PartitionAddress; batch: VoteBatch }): Promise<void>;\n",
    },
    {
      file: "workers/vote_persister/persist_batch.ts",
      find: "    const outcome = await store.storeVotes({ address, batch });\n",
      replace:
        "    await store.moveOffset({ address, batch });\n    const outcome = await store.storeVotes({ address, batch });\n",
    },
  ],
  caughtBy: ["lost"],
  scenario: { faults: [crashVotePersister("before_store")], rounds: 2 },
};

const upsertWithoutDedupe: Bug = {
  name: "upsert_without_dedupe",
  about: "totals rise by what was delivered rather than by what was inserted",
  edits: [{
    file: "workers/vote_persister/store_votes.sql",
    find: "  from inserted i, unnest(i.usernames, i.counts) as u (username, count)\n",
    replace: "  from batch i, unnest(i.usernames::text[], i.counts::int[]) as u (username, count)\n",
  }],
  caughtBy: ["totals_differ"],
  scenario: { faults: [crashOutboxRelay("after_produce")], rounds: 2 },
};

const repeatsNotCarriedBack: Bug = {
  name: "repeats_not_carried_back",
  about: "the second vote of one request stays in Redis's tally though the ledger does not count it",
  edits: [{
    file: "workers/vote_persister/contested_vote.ts",
    find: "(case when exists (select from repeated) then 0 else 1 end) - $12::int",
    replace: "case when exists (select from repeated) then 0 else 1 - $12::int end",
  }],
  caughtBy: ["totals_differ"],
  scenario: { faults: [repeatAfterWipe], rounds: 2 },
};

export const PERSISTER_BUGS: readonly Bug[] = [
  offsetBeforeCommit,
  upsertWithoutDedupe,
  repeatsNotCarriedBack,
];
