#!lua
--[[
Puts votes into an outbox, as large as those of one name without a voter. For benches: no tally, no ticket.

KEYS 1 outbox  stream
ARGV 1 epoch
     2 count   entries

Replies  how many there are now
]]
local outbox = KEYS[1]
local epoch, count = ARGV[1], tonumber(ARGV[2])

local VOTE = '{"v":1,"id":"%08x-0000-7000-8000-000000000000","shard":0,"names":["candidate-%d"],"counts":[1]}'
for index = 1, count do
  redis.call('XADD', outbox, epoch .. '-*', 'vote', string.format(VOTE, index, index % 1000), 'at', '1790000100000')
end
return redis.call('XLEN', outbox)
