#!lua
--[[
Takes or renews the relay's lease. It saves two relays from doing the same work; it guards nothing.

KEYS 1 lease     string
ARGV 1 holder    id of the relay that asks
     2 duration  ms

Replies  {"held"}; {"taken"} while another relay holds it
]]
local lease = KEYS[1]
local holder, duration = ARGV[1], ARGV[2]

local current = redis.call('GET', lease)
if current and current ~= holder then return { 'taken' } end
redis.call('SET', lease, holder, 'PX', duration)
return { 'held' }
