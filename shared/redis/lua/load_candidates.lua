#!lua flags=allow-oom
--[[
Loads one batch of the names that may be voted for into a key that nobody reads yet. Loading a batch twice is a no-op;
what a guard that died has left behind goes by itself.

KEYS 1 loaded     set  of this one load, until the switch makes it `candidates`
ARGV 1 keep       ms that it stays without another batch
     2 name, …

Replies  {"loaded"}
]]
local loaded = KEYS[1]
local keep = ARGV[1]

redis.call('SADD', loaded, unpack(ARGV, 2))
redis.call('PEXPIRE', loaded, keep)
return { 'loaded' }
