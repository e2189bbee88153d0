#!lua flags=allow-oom
--[[
Makes a shard obey a state of the poll, all of it at one moment: an open shard, or a claimed one before it opens.

KEYS 1 meta               hash    epoch, incarnation, newest_opens_at, and the fields that are written here
     2 claim              string
     3 candidates         set     the names that may be voted for, when they are listed
     4 frozen             zset    the totals that are published while results are frozen
     5 loaded_candidates  set     of this switch
     6 loaded_frozen      zset    of this switch
ARGV 1 incarnation        run_id of the Redis process that this connection talks to
     2 claim_id           of the guard that is about to open the shard, "" when it is open
     3 epoch              that is open, "" with a claim
     4 seen_revision      poll_revision when the guard decided, "" for none
     5 seen_digest        candidates_digest then, "" for none
     6 revision           the new one
     7 voting             open or closed
     8 results            live or frozen
     9 frozen_revision    whose totals are published, "" when results are live
    10 digest             of the candidates, "" when any name may be voted for
    11 candidates_count   how many were loaded, "" to leave them as they are
    12 frozen_count       how many were loaded, "" to leave them as they are

Replies  {"switched", since when (ms) voting is what it is}; {"changed"} when the claim or the epoch does not stand any
         more, or another guard has switched since; {"incomplete"} when something of what was loaded is gone
]]
local meta, claim, candidates, frozen = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local loaded_candidates, loaded_frozen = KEYS[5], KEYS[6]
local incarnation, claim_id, epoch, seen_revision, seen_digest = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local revision, voting, results, frozen_revision, digest = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local candidates_count, frozen_count = ARGV[11], ARGV[12]

local now = redis.call('HMGET', meta, 'epoch', 'incarnation', 'poll_revision', 'candidates_digest', 'voting', 'voting_since')
if claim_id ~= '' then
  if redis.call('GET', claim) ~= claim_id then return { 'changed' } end
else
  if now[1] ~= epoch or now[2] ~= incarnation then return { 'changed' } end
  if (now[3] or '') ~= seen_revision or (now[4] or '') ~= seen_digest then return { 'changed' } end
end
if candidates_count ~= '' and redis.call('SCARD', loaded_candidates) ~= tonumber(candidates_count) then
  return { 'incomplete' }
end
if frozen_count ~= '' and redis.call('ZCARD', loaded_frozen) ~= tonumber(frozen_count) then return { 'incomplete' } end

-- UNLINK first: RENAME would free the old names while everybody waits.
if candidates_count ~= '' then
  redis.call('UNLINK', candidates)
  redis.call('RENAME', loaded_candidates, candidates)
  redis.call('PERSIST', candidates)
elseif digest == '' then
  redis.call('UNLINK', candidates)
end
if frozen_count ~= '' or results == 'live' then redis.call('UNLINK', frozen) end
if frozen_count ~= '' and frozen_count ~= '0' then
  redis.call('RENAME', loaded_frozen, frozen)
  redis.call('PERSIST', frozen)
end
-- An older copy of Redis may have been closed, opened and closed again since: it says nothing of the time between.
local is_same_life = claim_id == '' or now[3] == revision
local since = is_same_life and now[5] == voting and now[6]
if not since then
  local time = redis.call('TIME')
  since = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end
redis.call('HSET', meta, 'poll_revision', revision, 'voting', voting, 'voting_since', since, 'results', results,
  'frozen_revision', frozen_revision, 'candidates', digest == '' and 'any' or 'listed', 'candidates_digest', digest)
return { 'switched', tonumber(since) }
