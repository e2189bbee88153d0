#!lua
--[[
Counts one vote, or refuses it and changes nothing.

No flags: Redis refuses this script up front when its memory is full, before anything is written.

KEYS 1 meta            hash    epoch, incarnation, newest_opens_at
     2 ticket          hash    uses_left, opens_at, expires_at (ms)
     3 tally           zset    name -> total
     4 outbox          stream  one entry a counted vote; the id is <epoch>-<version>
     5 request         string  what an accepted requestId was answered
ARGV 1 incarnation     run_id of the Redis process that this connection talks to
     2 ticket_epoch    epoch the ticket was signed for
     3 vote_id         UUID of the vote
     4 vote            the vote's JSON
     5 has_request     "1" when the client gave a requestId
     6 fingerprint     of names, counts and voter
     7 request_life    ms that an accepted requestId is remembered
     8 outbox_max      entries
     9 total_max       largest total a name may reach
    10 name, count, name, count, …

Replies  {"accepted", total, …} in the order asked; {"not_ready"}; {"conflict"}; {"expired"}; {"exhausted"};
         {"overloaded"}; {"too_large"}

Everything is read and judged before the first write; after it nothing refuses. The XADD is that first write because
Redis itself refuses it for an epoch older than the stream's last.
]]
local meta, ticket, tally, outbox, request = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local incarnation, ticket_epoch, vote_id, vote = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local has_request, fingerprint, request_life = ARGV[5] == '1', ARGV[6], ARGV[7]
local outbox_max, total_max = tonumber(ARGV[8]), tonumber(ARGV[9])
local FIRST_NAME = 10

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation')
if shard[2] ~= incarnation then return { 'not_ready' } end

if has_request then
  local answered = redis.call('GET', request)
  if answered then
    local reply = { 'accepted' }
    local words = string.gmatch(answered, '%S+')
    if words() ~= fingerprint then return { 'conflict' } end
    words() -- vote id
    words() -- outbox id
    for total in words do reply[#reply + 1] = tonumber(total) end
    return reply
  end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', ticket, 'uses_left', 'opens_at', 'expires_at')
if shard[1] ~= ticket_epoch or not state[1] then return { 'expired' } end
if now < tonumber(state[2]) or now >= tonumber(state[3]) then return { 'expired' } end
if tonumber(state[1]) < 1 then return { 'exhausted' } end
if redis.call('XLEN', outbox) >= outbox_max then return { 'overloaded' } end

local names = {}
for index = FIRST_NAME, #ARGV, 2 do names[#names + 1] = ARGV[index] end
local totals = redis.call('ZMSCORE', tally, unpack(names))
local scores, reply, answer = {}, { 'accepted' }, ''
for index, name in ipairs(names) do
  local total = (tonumber(totals[index] or 0)) + tonumber(ARGV[FIRST_NAME + 2 * index - 1])
  if total > total_max then return { 'too_large' } end
  local text = string.format('%.0f', total)
  scores[2 * index - 1], scores[2 * index] = text, name
  reply[index + 1], answer = total, answer .. ' ' .. text
end

local entry = redis.pcall('XADD', outbox, shard[1] .. '-*', 'vote', vote, 'at', string.format('%.0f', now))
if type(entry) == 'table' then
  -- An older epoch than the stream's last: another guard has opened the shard since, or two copies of Redis met.
  if string.find(entry.err, 'equal or smaller', 1, true) then return { 'not_ready' } end
  return entry
end
redis.call('HINCRBY', ticket, 'uses_left', -1)
redis.call('ZADD', tally, unpack(scores))
if has_request then
  redis.call('SET', request, fingerprint .. ' ' .. vote_id .. ' ' .. entry .. answer, 'PX', request_life)
end
return reply
