#!lua flags=allow-oom
--[[
Closes the shard and says which guard may open it. A later claim replaces this one and a flush removes it, so a guard
that slept cannot open what another has opened since.

KEYS 1 meta      hash    epoch, incarnation, newest_opens_at
     2 claim     string
     3 loading   zset    the tally that a restore is loading: what an earlier claim left half loaded goes
ARGV 1 claim_id  fresh for every claim

Replies  {"claimed"}
]]
local meta, claim, loading = KEYS[1], KEYS[2], KEYS[3]
local claim_id = ARGV[1]

if redis.call('EXISTS', meta) == 1 then redis.call('HSET', meta, 'incarnation', '') end
redis.call('DEL', loading)
redis.call('SET', claim, claim_id)
return { 'claimed' }
