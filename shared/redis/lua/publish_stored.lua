#!lua flags=allow-oom
--[[
Says how far votes are stored in Postgres, for receipts; what was said before is replaced, also by less. It is forgotten
when no guard says it again: what nobody has looked at for a while nobody knows.

KEYS 1 meta         hash  epoch, incarnation
     2 stored       hash  epoch -> highest version without a gap below it in Postgres, and what that rests on
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 epoch        that was open when Postgres was asked
     3 seen_basis   what the marks rested on that were gone on from, "" for none
     4 life         ms until it is forgotten
     5 basis        what the new ones rest on
     6 epoch, version, epoch, version, …  a few

Replies  {"published"}; {"not_ready"} when another epoch is open, or none; {"changed"} when another guard has spoken since
]]
local meta, stored = KEYS[1], KEYS[2]
local incarnation, epoch, seen_basis, life, basis = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local FIRST_MARK = 6

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
if shard[1] ~= epoch or shard[2] ~= incarnation then return { 'not_ready' } end
if (redis.call('HMGET', stored, 'basis')[1] or '') ~= seen_basis then return { 'changed' } end

redis.call('DEL', stored)
redis.call('HSET', stored, 'basis', basis, unpack(ARGV, FIRST_MARK))
redis.call('PEXPIRE', stored, life)
return { 'published' }
