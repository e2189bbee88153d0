#!lua flags=no-writes
--[[
Reads the total of one name: the present one, or the published one while results are frozen.

KEYS 1 meta         hash  epoch, incarnation, results; absent = live
     2 tally        zset  name -> total
     3 frozen       zset  the totals that are published while results are frozen
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 name

Replies  {"total", total}, 0 for a name never voted for; {"not_ready"}
]]
local meta, tally, frozen = KEYS[1], KEYS[2], KEYS[3]
local incarnation, name = ARGV[1], ARGV[2]

local shard = redis.call('HMGET', meta, 'incarnation', 'results')
if shard[1] ~= incarnation then return { 'not_ready' } end
return { 'total', tonumber(redis.call('ZSCORE', shard[2] == 'frozen' and frozen or tally, name) or 0) }
