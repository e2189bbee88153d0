#!lua flags=no-writes
--[[
Reads the total of one name.

KEYS 1 meta         hash  epoch, incarnation
     2 tally        zset  name -> total
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 name

Replies  {"total", total}, 0 for a name never voted for; {"not_ready"}
]]
local meta, tally = KEYS[1], KEYS[2]
local incarnation, name = ARGV[1], ARGV[2]

if redis.call('HGET', meta, 'incarnation') ~= incarnation then return { 'not_ready' } end
return { 'total', tonumber(redis.call('ZSCORE', tally, name) or 0) }
