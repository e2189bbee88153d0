#!lua flags=allow-oom
--[[
Brings the effect of stored votes to the tally: of those that Postgres counts and Redis does not, and of those that Redis
counted and Postgres does not. Each vote once for as long as `carried` remembers it, which is until the next restore.

KEYS 1 meta         hash  epoch, incarnation, newest_opens_at
     2 tally        zset  name -> total
     3 carried      set   vote ids whose effect was carried here from Postgres
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 epoch        that the guard believes to be open
     3 vote_id, how many names, name, change, name, change, … and the next vote_id, …

Replies  {"carried", how many votes were new}; {"not_ready"} when another epoch is open, or none

The bound on totals does not refuse here: these votes were accepted long ago. Readers cut off at their own.
]]
local meta, tally, carried = KEYS[1], KEYS[2], KEYS[3]
local incarnation, epoch = ARGV[1], ARGV[2]
local FIRST_VOTE = 3

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
if shard[1] ~= epoch or shard[2] ~= incarnation then return { 'not_ready' } end

local index, count = FIRST_VOTE, 0
while index <= #ARGV do
  local vote_id, names = ARGV[index], tonumber(ARGV[index + 1])
  local first = index + 2
  if redis.call('SADD', carried, vote_id) == 1 then
    count = count + 1
    for each = 0, names - 1 do
      redis.call('ZINCRBY', tally, ARGV[first + 2 * each + 1], ARGV[first + 2 * each])
    end
  end
  index = first + 2 * names
end
return { 'carried', count }
