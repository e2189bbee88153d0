#!lua flags=no-writes
--[[
Reads what a guard last said of how far votes are stored: for the guard that goes on from there.

KEYS 1 meta         hash  epoch, incarnation
     2 stored       hash  epoch -> highest version without a gap below it in Postgres, and what that rests on
ARGV 1 incarnation  run_id of the Redis process that this connection talks to

Replies  {"open", epoch, {field, value, field, value, …}}; {"not_ready"}
]]
local meta, stored = KEYS[1], KEYS[2]
local incarnation = ARGV[1]

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
if shard[2] ~= incarnation then return { 'not_ready' } end
return { 'open', shard[1], redis.call('HGETALL', stored) }
