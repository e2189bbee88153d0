#!lua flags=no-writes
--[[
Finds how far an accepted vote has come, by its request: as far as this Redis knows for sure.

KEYS 1 meta         hash    epoch, incarnation
     2 request      string  what an accepted requestId was answered
     3 outbox       stream  one entry a counted vote that Kafka may not have; the id is <epoch>-<version>
     4 stored       hash    epoch -> highest version without a gap below it in Postgres
ARGV 1 incarnation  run_id of the Redis process that this connection talks to

Replies  {"stored", vote id, outbox id}; {"queued", vote id, outbox id}; {"accepted", vote id, outbox id};
         {"unknown"} for a request that is not remembered; {"not_ready"}
]]
local meta, request, outbox, stored = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local incarnation = ARGV[1]

local shard = redis.call('HMGET', meta, 'incarnation')
if shard[1] ~= incarnation then return { 'not_ready' } end
local answered = redis.call('GET', request)
if not answered then return { 'unknown' } end
local vote_id, entry = string.match(answered, '^%S* (%S+) (%S+)')
local epoch, version = string.match(entry, '^(%d+)-(%d+)$')
local mark = redis.call('HMGET', stored, epoch)[1]
-- The furthest that is sure: a relay that died before it trimmed leaves entries of votes that are long stored.
if mark and tonumber(version) <= tonumber(mark) then return { 'stored', vote_id, entry } end
if redis.call('EXISTS', outbox) == 0 then return { 'queued', vote_id, entry } end
-- Not by XRANGE: whoever may use it may read every vote that waits. Entries leave from the head alone.
local stream, first = redis.call('XINFO', 'STREAM', outbox), nil
for index = 1, #stream, 2 do
  if stream[index] == 'first-entry' then first = stream[index + 1] end
end
if not first then return { 'queued', vote_id, entry } end
local first_epoch, first_version = string.match(first[1], '^(%d+)-(%d+)$')
local after_first = tonumber(epoch) - tonumber(first_epoch)
if after_first == 0 then after_first = tonumber(version) - tonumber(first_version) end
return { after_first >= 0 and 'accepted' or 'queued', vote_id, entry }
