#!lua flags=allow-oom
--[[
Writes the current and the next ticket, each once for ever. Minting twice is a no-op, so any number of rotators may run.

KEYS 1 meta             hash  epoch, incarnation, newest_opens_at
     2 tickets          zset  opens_at of every ticket that mint wrote for this epoch
     3 current_ticket   hash  ticket, uses_left, opens_at, expires_at
     4 next_ticket      hash  the same
ARGV 1 incarnation      run_id of the Redis process that this connection talks to
     2 epoch            that the tickets were signed for
     3 uses             per ticket
     4 lifetime         ms that a ticket lives
     5 keep_after       ms that a ticket's key outlives its expiry
     6 current_text     the ticket
     7 current_opens_at ms
     8 next_text        the ticket
     9 next_opens_at    ms

Replies  {"minted", how many}; {"not_ready"}; {"stale"} when the epoch is not the shard's any more

A ticket is written only if it opens after every one written before, so neither a rotator that slept nor a clock that
stepped back gives a spent ticket its uses again. What is long expired leaves the index together with its key; until
then a clock that stepped back a little finds the tickets of that time.
]]
local meta, tickets, current_ticket, next_ticket = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local incarnation, epoch, uses = ARGV[1], ARGV[2], ARGV[3]
local lifetime, keep_after = tonumber(ARGV[4]), tonumber(ARGV[5])
local current_text, current_opens_at = ARGV[6], tonumber(ARGV[7])
local next_text, next_opens_at = ARGV[8], tonumber(ARGV[9])

local slots = {
  { key = current_ticket, text = current_text, opens_at = current_opens_at },
  { key = next_ticket, text = next_text, opens_at = next_opens_at },
}

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation', 'newest_opens_at')
if shard[2] ~= incarnation then return { 'not_ready' } end
if shard[1] ~= epoch then return { 'stale' } end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest, minted = tonumber(shard[3]), 0
for _, slot in ipairs(slots) do
  local expires_at = slot.opens_at + lifetime
  if slot.opens_at > newest and now < expires_at then
    local opens_at = string.format('%.0f', slot.opens_at)
    redis.call('HSET', meta, 'newest_opens_at', opens_at)
    redis.call('HSET', slot.key, 'ticket', slot.text, 'uses_left', uses, 'opens_at', opens_at,
      'expires_at', string.format('%.0f', expires_at))
    redis.call('PEXPIREAT', slot.key, string.format('%.0f', expires_at + keep_after))
    redis.call('ZADD', tickets, opens_at, opens_at)
    newest, minted = slot.opens_at, minted + 1
  end
end
redis.call('ZREMRANGEBYSCORE', tickets, '-inf', string.format('%.0f', now - lifetime - keep_after))
return { 'minted', minted }
