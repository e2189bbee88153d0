#!lua flags=no-writes
--[[
Reads all that those who watch are shown, as it stands at one moment: the published totals, the poll, and the ticket that
open_ticket.lua would find.

KEYS 1 meta         hash    epoch, incarnation; voting, results: absent = open, live
     2 tally        zset    name -> total
     3 frozen       zset    the totals that are published while results are frozen
     4 outbox       stream  the id of its last entry is <epoch>-<version>
     5 tickets      zset    opens_at of every ticket that mint wrote for this epoch
     6 ticket_base  what the key of each ticket begins with; same hash tag, so it lies in the same slot
ARGV 1 incarnation  run_id of the Redis process that this connection talks to
     2 names_max    how many of the highest totals

Replies  {"live", epoch, time (ms), voting, results, last outbox id or "", how many names have a total,
         {name, total, …}, the highest first, {ticket, expires_at (ms), uses_left} or {} while none is open};
         {"not_ready"}
]]
local meta, tally, frozen, outbox, tickets, ticket_base = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local incarnation, names_max = ARGV[1], tonumber(ARGV[2])

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation', 'voting', 'results')
if shard[2] ~= incarnation then return { 'not_ready' } end
local voting, results = shard[3] or 'open', shard[4] or 'live'

local published = results == 'frozen' and frozen or tally
local leaders = redis.call('ZRANGE', published, 0, names_max - 1, 'REV', 'WITHSCORES')
for index = 2, #leaders, 2 do leaders[index] = tonumber(leaders[index]) end

local last_id = ''
if redis.call('EXISTS', outbox) == 1 then
  -- last-generated-id, which an emptied stream keeps; the reply is a flat list of names and values
  local stream = redis.call('XINFO', 'STREAM', outbox)
  for index = 1, #stream, 2 do
    if stream[index] == 'last-generated-id' then last_id = stream[index + 1] end
  end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ticket = {}
local newest = redis.call('ZRANGE', tickets, string.format('%.0f', now), '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1)[1]
if newest then
  local state = redis.call('HMGET', ticket_base .. shard[1] .. ':' .. newest, 'ticket', 'expires_at', 'uses_left')
  if state[1] and now < tonumber(state[2]) then ticket = { state[1], tonumber(state[2]), tonumber(state[3]) } end
end
return { 'live', shard[1], now, voting, results, last_id, redis.call('ZCARD', published), leaders, ticket }
