#!lua flags=no-writes
--[[
Reads how many votes wait for Kafka, and since when the oldest of them does: what an operator watches.

KEYS 1 outbox       stream

Replies  {"read", outbox length, age of the head (ms), 0 where the outbox is empty}
]]
local outbox = KEYS[1]

local head = redis.call('XRANGE', outbox, '-', '+', 'COUNT', 1)[1]
if not head then return { 'read', 0, 0 } end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = now
-- Fields are a flat list of names and values.
for index = 1, #head[2], 2 do
  if head[2][index] == 'at' then at = tonumber(head[2][index + 1]) or now end
end
return { 'read', redis.call('XLEN', outbox), math.max(now - at, 0) }
