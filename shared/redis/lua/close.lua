#!lua flags=allow-oom
--[[
Closes a shard whose totals were found wrong, and forgets its epoch: the guard then has to restore the totals, where it
would keep those of a shard that was only claimed. Nothing else is touched; the outbox's entries are votes.

KEYS 1 meta         hash    epoch, incarnation, newest_opens_at
ARGV 1 incarnation  run_id of the Redis process whose totals were compared
     2 epoch        in which they were compared

Replies  {"closed"}; {"changed"} when the shard is not open in that epoch and for that process any more
]]
local meta = KEYS[1]
local incarnation, epoch = ARGV[1], ARGV[2]

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
if shard[1] ~= epoch or shard[2] ~= incarnation then return { 'changed' } end
redis.call('DEL', meta)
return { 'closed' }
