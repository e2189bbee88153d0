#!lua flags=no-writes
--[[
Reads the totals of some names at one moment: the present ones, or the published ones while results are frozen.

KEYS 1 meta         hash  epoch, incarnation, results; absent = live
     2 tally        zset  name -> total
     3 frozen       zset  the totals that are published while results are frozen
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 name, …      a hundred at most; the same one may come twice

Replies  {"totals", total, …} in the order of the names, 0 for one never voted for; {"not_ready"}
]]
local meta, tally, frozen = KEYS[1], KEYS[2], KEYS[3]
local incarnation = ARGV[1]
local FIRST_NAME = 2

local shard = redis.call('HMGET', meta, 'incarnation', 'results')
if shard[1] ~= incarnation then return { 'not_ready' } end
local reply = { 'totals' }
-- ZMSCORE wants one name at least.
if #ARGV < FIRST_NAME then return reply end
local totals = redis.call('ZMSCORE', shard[2] == 'frozen' and frozen or tally, unpack(ARGV, FIRST_NAME))
for index = 1, #ARGV - FIRST_NAME + 1 do reply[index + 1] = tonumber(totals[index] or 0) end
return reply
