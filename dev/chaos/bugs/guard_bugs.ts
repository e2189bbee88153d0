/** Bugs in what the guard carries between Postgres and Redis. */
import type { Bug } from "./bug.ts";
import { carryTwice, wipeBeforeCarry } from "./guard_scenes.ts";

const carryNotIdempotent: Bug = {
  name: "carry_not_idempotent",
  about: "a vote that is carried twice counts twice",
  edits: [{
    file: "shared/redis/lua/carry.lua",
    find: "  if redis.call('SADD', carried, vote_id) == 1 then\n",
    replace: "  redis.call('SADD', carried, vote_id)\n  if true then\n",
  }],
  caughtBy: ["totals_differ"],
  scenario: { faults: [carryTwice], rounds: 1 },
};

const restoreLeavesMarks: Bug = {
  name: "restore_leaves_marks",
  about: "a restore takes totals that hold a late vote, and leaves the vote marked to be carried",
  edits: [{
    file: "workers/vote_persister/guard/ledger.ts",
    find: "  await client.query(clearMarks, [shard]);\n",
    replace: "  void clearMarks;\n",
  }],
  caughtBy: ["totals_differ"],
  scenario: { faults: [wipeBeforeCarry], rounds: 1 },
};

export const GUARD_BUGS: readonly Bug[] = [carryNotIdempotent, restoreLeavesMarks];
