#!lua flags=no-writes
--[[
Finds the newest ticket that is open by Redis's clock.

KEYS 1 meta         hash  epoch, incarnation
     2 tickets      zset  opens_at of every ticket that mint wrote for this epoch
     3 ticket_base  what the key of each ticket begins with; same hash tag, so it lies in the same slot
ARGV 1 incarnation  run_id of the Redis process that this connection talks to

Replies  {"open", ticket, expires_at (ms), uses_left}; {"none"}; {"not_ready"}
]]
local meta, tickets, ticket_base = KEYS[1], KEYS[2], KEYS[3]
local incarnation = ARGV[1]

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
if shard[2] ~= incarnation then return { 'not_ready' } end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('ZRANGE', tickets, string.format('%.0f', now), '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1)[1]
if not newest then return { 'none' } end
local state = redis.call('HMGET', ticket_base .. shard[1] .. ':' .. newest, 'ticket', 'expires_at', 'uses_left')
if not state[1] or now >= tonumber(state[2]) then return { 'none' } end
return { 'open', state[1], tonumber(state[2]), tonumber(state[3]) }
