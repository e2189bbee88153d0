#!lua flags=no-writes
--[[
Reads a page of names by their totals at one moment, the highest first: the present totals, or the published ones while
results are frozen. Equal totals come in the order of their names' bytes, the last first, which is Redis's own.

A page begins behind a name of the page before. Where that name is gone, it begins with the names of its total, so that
none is passed over; some of these may then come twice.

KEYS 1 meta         hash  epoch, incarnation, results; absent = live
     2 tally        zset  name -> total
     3 frozen       zset  the totals that are published while results are frozen
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 count_max    names of the page, 1 or more
     3 after        name to begin behind, "" for the first page
     4 after_total  that it had

Replies  {"page", names in all, names before the page, {name, total, name, total, …}}; {"not_ready"}
]]
local meta, tally, frozen = KEYS[1], KEYS[2], KEYS[3]
local incarnation, count_max, after, after_total = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

local shard = redis.call('HMGET', meta, 'incarnation', 'results')
if shard[1] ~= incarnation then return { 'not_ready' } end
local totals = shard[2] == 'frozen' and frozen or tally
local first = 0
if after ~= '' then
  local rank = redis.call('ZREVRANK', totals, after)
  first = rank and rank + 1 or redis.call('ZCOUNT', totals, '(' .. after_total, '+inf')
end
return {
  'page', redis.call('ZCARD', totals), first,
  redis.call('ZRANGE', totals, first, first + count_max - 1, 'REV', 'WITHSCORES'),
}
