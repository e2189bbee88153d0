#!lua flags=allow-oom
--[[
Loads one batch of totals for the epoch that is about to open. Loading a batch twice is a no-op, and only the guard whose
claim stands can load, so two restores never mix.

KEYS 1 claim     string
     2 loading   zset    the tally that a restore is loading
ARGV 1 claim_id  of the guard that loads
     2 total, name, total, name, …

Replies  {"loaded"}; {"claim_lost"}
]]
local claim, loading = KEYS[1], KEYS[2]
local claim_id = ARGV[1]

if redis.call('GET', claim) ~= claim_id then return { 'claim_lost' } end
redis.call('ZADD', loading, unpack(ARGV, 2))
return { 'loaded' }
