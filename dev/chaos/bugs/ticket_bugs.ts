/** Bugs in what a ticket is worth. */
import type { Bug } from "./bug.ts";
import { restartRedis, restartRedisUnguarded, slowRotator } from "./ticket_scenes.ts";

/** So that a ticket that was fetched before a restart is in its time after it. */
const LONG_LIVED = { CAST_TICKET_LIFETIME_MS: "10000", CAST_TICKET_INTERVAL_MS: "5000" };

const noEpochCheck: Bug = {
  name: "no_epoch_check",
  about: "a ticket of an older epoch is honoured",
  edits: [{
    file: "shared/redis/lua/vote.lua",
    find: "if shard[1] ~= ticket_epoch or not state[1] then",
    replace: "if not state[1] then",
  }],
  caughtBy: ["old_epoch_honoured"],
  scenario: { faults: [restartRedis], rounds: 3, settings: LONG_LIVED },
};

const noIncarnationCheck: Bug = {
  name: "no_incarnation_check",
  about: "a restarted Redis takes votes before the guard has opened it",
  edits: [{
    file: "shared/redis/lua/vote.lua",
    find: "if shard[2] ~= incarnation then return { 'not_ready' } end\n",
    replace: "",
  }],
  caughtBy: ["old_epoch_honoured"],
  scenario: { faults: [restartRedisUnguarded], rounds: 2, settings: LONG_LIVED },
};

const sameEpoch: Bug = {
  name: "restart_kept_under_same_epoch",
  about: "a Redis whose tally is kept is opened under the epoch that it had",
  edits: [{
    file: "workers/vote_persister/guard/reopen.ts",
    find: "    const includedVersion = lastVersion(redis, state.epoch);\n",
    replace:
      "    if (state.epoch > 0) return { epoch: state.epoch, totals: undefined };\n    const includedVersion = lastVersion(redis, state.epoch);\n",
  }],
  caughtBy: ["old_epoch_honoured"],
  scenario: { faults: [restartRedis], rounds: 3, settings: LONG_LIVED },
};

const secondMint: Bug = {
  name: "second_mint",
  about: "a ticket that is minted twice has its uses again",
  edits: [{
    file: "shared/redis/lua/mint.lua",
    find: "  if slot.opens_at > newest and now < expires_at then\n",
    replace: "  if now < expires_at then\n",
  }],
  caughtBy: ["uses_exceeded"],
  scenario: { faults: [slowRotator], rounds: 2, uses: 50 },
};

export const TICKET_BUGS: readonly Bug[] = [noEpochCheck, noIncarnationCheck, sameEpoch, secondMint];
