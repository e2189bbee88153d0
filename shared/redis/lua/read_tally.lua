#!lua flags=no-writes
--[[
Reads the whole tally together with where the shard stands, at one moment: what an audit compares with Postgres. Redis
serves nobody else meanwhile, so it is for an operator's command and not for programs.

KEYS 1 meta         hash    epoch, incarnation
     2 outbox       stream
     3 carried      set     vote ids whose effect was carried here from Postgres
     4 tally        zset    name -> total
ARGV 1 incarnation  run_id of the Redis process that this connection talks to

Replies  {"open" or "closed", epoch or "", last outbox id or "", outbox length, first outbox id or "", carried count,
         {name, total, name, total, …}}
]]
local meta, outbox, carried, tally = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local incarnation = ARGV[1]

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
local last_id, first_id = '', ''
if redis.call('EXISTS', outbox) == 1 then
  -- last-generated-id, which an emptied stream keeps; the reply is a flat list of names and values
  local stream = redis.call('XINFO', 'STREAM', outbox)
  for index = 1, #stream, 2 do
    if stream[index] == 'last-generated-id' then last_id = stream[index + 1] end
  end
  local first = redis.call('XRANGE', outbox, '-', '+', 'COUNT', 1)[1]
  if first then first_id = first[1] end
end
return {
  shard[2] == incarnation and 'open' or 'closed', shard[1] or '', last_id, redis.call('XLEN', outbox), first_id,
  redis.call('SCARD', carried), redis.call('ZRANGE', tally, 0, -1, 'WITHSCORES'),
}
