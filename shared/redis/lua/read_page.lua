#!lua flags=no-writes
--[[
Reads the totals of some names together with where the shard stands, at one moment: a page of an audit that stops nobody.

KEYS 1 meta         hash    epoch, incarnation
     2 outbox       stream
     3 tally        zset    name -> total
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 name, …      some hundreds at most

Replies  {"open" or "closed", epoch or "", last outbox id or "", {total or nil, …} in the order of the names}
]]
local meta, outbox, tally = KEYS[1], KEYS[2], KEYS[3]
local incarnation = ARGV[1]

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
local last_id = ''
if redis.call('EXISTS', outbox) == 1 then
  -- last-generated-id, which an emptied stream keeps; the reply is a flat list of names and values
  local stream = redis.call('XINFO', 'STREAM', outbox)
  for index = 1, #stream, 2 do
    if stream[index] == 'last-generated-id' then last_id = stream[index + 1] end
  end
end
return {
  shard[2] == incarnation and 'open' or 'closed', shard[1] or '', last_id,
  redis.call('ZMSCORE', tally, unpack(ARGV, 2)),
}
