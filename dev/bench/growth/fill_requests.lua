#!lua
--[[
Remembers accepted request ids as the vote script does. For benches: their votes are nowhere.

KEYS 1 request_base  what the key of each begins with
ARGV 1 first         number of the first
     2 count
     3 fingerprint   of the vote that each belongs to
     4 life          ms

Replies  how many keys the database holds now
]]
local request_base = KEYS[1]
local first, count, fingerprint, life = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]

local ANSWER = '%s %08x-0000-7000-8000-000000000000 1790000000000-%d %d'
for index = first, first + count - 1 do
  redis.call('SET', string.format('%s%08x-0000-4000-8000-000000000000', request_base, index),
    string.format(ANSWER, fingerprint, index, index, index), 'PX', life)
end
return redis.call('DBSIZE')
