#!lua
--[[
Counts one vote, or refuses it and changes nothing.

No flags: Redis refuses this script up front when its memory is full, before anything is written.

KEYS 1 meta             hash    epoch, incarnation, newest_opens_at; voting, results, candidates: absent = open, live, any
     2 ticket           hash    uses_left, opens_at, expires_at (ms)
     3 tally            zset    name -> total
     4 outbox           stream  one entry a counted vote; the id is <epoch>-<version>
     5 request          string  what an accepted requestId was answered
     6 candidates       set     the names that may be voted for, when they are listed
     7 frozen           zset    the totals that are published while results are frozen
     8 voter            string  votes counted of this voter in the window, which the key's life is
ARGV 1 incarnation      run_id of the Redis process that this connection talks to
     2 ticket_epoch     epoch the ticket was signed for
     3 vote_id          UUID of the vote
     4 vote             the vote's JSON
     5 has_request      "1" when the client gave a requestId
     6 fingerprint      of names, counts and voter
     7 request_life     ms that an accepted requestId is remembered
     8 outbox_max       entries
     9 total_max        largest total a name may reach
    10 candidates_max   names with a total, when they are not listed
    11 voter_votes_max  votes of one voter in a window, "0" for no limit
    12 voter_window     ms from the first of them
    13 name, count, name, count, …

Replies  {"accepted", total, …} in the order asked, the published ones; {"not_ready"}; {"conflict"}; {"poll_closed"};
         {"expired"}; {"exhausted"}; {"overloaded"}; {"candidate_unknown"}; {"voter_limit"}; {"too_large"}

Everything is read and judged before the first write; after it nothing refuses. The XADD is that first write because
Redis itself refuses it for an epoch older than the stream's last.
]]
local meta, ticket, tally, outbox, request = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local candidates, frozen, voter = KEYS[6], KEYS[7], KEYS[8]
local incarnation, ticket_epoch, vote_id, vote = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local has_request, fingerprint, request_life = ARGV[5] == '1', ARGV[6], ARGV[7]
local outbox_max, total_max, candidates_max = tonumber(ARGV[8]), tonumber(ARGV[9]), ARGV[10]
local voter_votes_max, voter_window = ARGV[11], ARGV[12]
local FIRST_NAME = 13

local shard = redis.call('HMGET', meta, 'epoch', 'incarnation', 'voting', 'results', 'candidates')
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
if shard[3] == 'closed' then return { 'poll_closed' } end

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
local published = shard[4] == 'frozen' and redis.call('ZMSCORE', frozen, unpack(names))
local scores, reply, answer, new_names, is_too_large = {}, { 'accepted' }, '', 0, false
for index, name in ipairs(names) do
  if not totals[index] then new_names = new_names + 1 end
  local total = (tonumber(totals[index] or 0)) + tonumber(ARGV[FIRST_NAME + 2 * index - 1])
  if total > total_max then is_too_large = true end
  local text = string.format('%.0f', total)
  scores[2 * index - 1], scores[2 * index] = text, name
  if published then
    total = tonumber(published[index] or 0)
    text = string.format('%.0f', total)
  end
  reply[index + 1], answer = total, answer .. ' ' .. text
end
if shard[5] == 'listed' then
  for _, is_listed in ipairs(redis.call('SMISMEMBER', candidates, unpack(names))) do
    if is_listed == 0 then return { 'candidate_unknown' } end
  end
elseif new_names > 0 and redis.call('ZCARD', tally) + new_names > tonumber(candidates_max) then
  return { 'candidate_unknown' }
end
local voter_votes
if voter_votes_max ~= '0' then
  voter_votes = tonumber(redis.call('GET', voter) or 0)
  if voter_votes >= tonumber(voter_votes_max) then return { 'voter_limit' } end
end
if is_too_large then return { 'too_large' } end

local entry = redis.pcall('XADD', outbox, shard[1] .. '-*', 'vote', vote, 'at', string.format('%.0f', now))
if type(entry) == 'table' then
  -- An older epoch than the stream's last: another guard has opened the shard since, or two copies of Redis met.
  if string.find(entry.err, 'equal or smaller', 1, true) then return { 'not_ready' } end
  return entry
end
redis.call('HINCRBY', ticket, 'uses_left', -1)
redis.call('ZADD', tally, unpack(scores))
if voter_votes == 0 then
  redis.call('SET', voter, '1', 'PX', voter_window)
elseif voter_votes then
  redis.call('SET', voter, voter_votes + 1, 'KEEPTTL')
end
if has_request then
  redis.call('SET', request, fingerprint .. ' ' .. vote_id .. ' ' .. entry .. answer, 'PX', request_life)
end
return reply
