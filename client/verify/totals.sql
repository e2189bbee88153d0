-- Every name with its total in votes, the sum of its counted events, and how much of that was cast after the last version
-- that Redis had given. $1 shard  $2 epoch that Redis counts in, or null  $3 last version that it gave in it
with events as (
  select u.username, sum(u.count) as total,
    sum(u.count) filter (where e.epoch = $2::bigint and e.version > $3::bigint) as after
  from vote_events e, unnest(e.usernames, e.counts) as u (username, count)
  where e.shard = $1 and e.repeat_of is null
  group by u.username
)
select username as name, v.count as votes, e.total as events, e.after
from (select username, count from votes where shard = $1) v full join events e using (username)
