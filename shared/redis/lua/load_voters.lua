#!lua flags=allow-oom
--[[
Loads how many votes each voter has cast in the window, before a shard opens after a restore. A counter that Redis still
has is never lowered: it may hold votes that Postgres does not hold yet.

KEYS 1 claim       string
     2 voter_base  what the key of each voter begins with; same hash tag, so it lies in the same slot
ARGV 1 claim_id    of the guard that loads
     2 voter, votes, end of the window (ms), voter, …

Replies  {"loaded"}; {"claim_lost"}
]]
local claim, voter_base = KEYS[1], KEYS[2]
local claim_id = ARGV[1]
local FIRST_VOTER = 2

if redis.call('GET', claim) ~= claim_id then return { 'claim_lost' } end
for index = FIRST_VOTER, #ARGV, 3 do
  local key, votes, ends_at = voter_base .. ARGV[index], ARGV[index + 1], ARGV[index + 2]
  if tonumber(redis.call('GET', key) or 0) < tonumber(votes) then redis.call('SET', key, votes, 'PXAT', ends_at) end
end
return { 'loaded' }
