#!lua flags=allow-oom
--[[
Opens a closed shard under a new epoch. After a restore the loaded tally takes the place of the old one. The outbox is
never touched: its entries are votes.

KEYS 1 meta         hash    epoch, incarnation, newest_opens_at
     2 claim        string
     3 tickets      zset
     4 tally        zset
     5 carried      set
     6 loading      zset    the tally that a restore has loaded
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 claim_id     of the guard that opens
     3 epoch        the new one
     4 restored     "1" after a restore, "0" when the tally is kept

Replies  {"opened"}; {"claim_lost"}
]]
local meta, claim, tickets, tally, carried, loading = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local incarnation, claim_id, epoch, restored = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1'

if redis.call('GET', claim) ~= claim_id then return { 'claim_lost' } end
if restored then
  -- No such tally means that there was nothing to load.
  redis.call('DEL', tally, carried)
  if redis.call('EXISTS', loading) == 1 then redis.call('RENAME', loading, tally) end
end
redis.call('DEL', tickets, claim)
redis.call('HSET', meta, 'epoch', epoch, 'incarnation', incarnation, 'newest_opens_at', '-1')
return { 'opened' }
