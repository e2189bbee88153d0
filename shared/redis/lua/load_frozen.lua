#!lua flags=allow-oom
--[[
Loads one batch of the totals that are published while results are frozen into a key that nobody reads yet. Loading a
batch twice is a no-op; what a guard that died has left behind goes by itself.

KEYS 1 loaded     zset  of this one load, until the switch makes it `frozen`
ARGV 1 keep       ms that it stays without another batch
     2 total, name, total, name, …

Replies  {"loaded"}
]]
local loaded = KEYS[1]
local keep = ARGV[1]

redis.call('ZADD', loaded, unpack(ARGV, 2))
redis.call('PEXPIRE', loaded, keep)
return { 'loaded' }
