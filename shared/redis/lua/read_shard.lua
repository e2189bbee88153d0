#!lua flags=no-writes
--[[
Reads where a shard stands, open or closed: for rotators, and for the guard, whose decisions rest on one moment.

KEYS 1 meta         hash    epoch, incarnation, newest_opens_at, and what the poll is
     2 outbox       stream
     3 carried      set     vote ids whose effect was carried here from Postgres
ARGV 1 incarnation  run_id of the Redis process that this connection talks to

Replies  {"open" or "closed", epoch or "", newest_opens_at or "", last outbox id or "", carried count, time (ms),
         poll revision or "", voting, voting since (ms) or "", results, frozen revision or "", candidates digest or ""}
]]
local meta, outbox, carried = KEYS[1], KEYS[2], KEYS[3]
local incarnation = ARGV[1]

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation', 'newest_opens_at', 'poll_revision', 'voting',
  'voting_since', 'results', 'frozen_revision', 'candidates_digest')
local last_id = ''
if redis.call('EXISTS', outbox) == 1 then
  -- last-generated-id, which an emptied stream keeps; the reply is a flat list of names and values
  local stream = redis.call('XINFO', 'STREAM', outbox)
  for index = 1, #stream, 2 do
    if stream[index] == 'last-generated-id' then last_id = stream[index + 1] end
  end
end
local time = redis.call('TIME')
return {
  shard[2] == incarnation and 'open' or 'closed', shard[1] or '', shard[3] or '', last_id,
  redis.call('SCARD', carried), time[1] * 1000 + math.floor(time[2] / 1000),
  shard[4] or '', shard[5] or 'open', shard[6] or '', shard[7] or 'live', shard[8] or '', shard[9] or '',
}
