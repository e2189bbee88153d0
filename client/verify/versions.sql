-- Which versions of each epoch Postgres holds, and which it lacks. One pass over the index on versions.
--
-- $1 shard  $2 epoch that Redis counts in, or null  $3 last version that Redis gave in it  $4 ranges listed of each kind
--
-- Expected are the versions up to $3 in the epoch that Redis counts in, what was kept or is held in every other. What
-- lies above the highest that is held left no trace in a sealed epoch.
with stored as (
  select epoch, version, lag(version, 1, -1::bigint) over (partition by epoch order by version) as previous
  from vote_events
  where shard = $1
), held as (
  select epoch, count(*) as stored_count, max(version) as highest,
    count(distinct version) filter (where version = previous) as clash_count,
    range_agg(int8range(previous + 1, version)) filter (where version > previous + 1) as gaps
  from stored
  group by epoch
), known as (
  select epoch, included_version from epochs where shard = $1
), expected as (
  select epoch, k.epoch is not null as is_known, k.included_version,
    coalesce(h.stored_count, 0) as stored_count, coalesce(h.highest, -1) as highest,
    coalesce(h.clash_count, 0) as clash_count, coalesce(h.gaps, '{}') as gaps,
    case when epoch = $2::bigint then $3::bigint
      else greatest(k.included_version, h.highest, -1) end as last_expected
  from known k full join held h using (epoch)
), accepted as (
  select epoch, range_agg(int8range(first_version, last_version, '[]')) as ranges
  from accepted_losses
  where shard = $1
  group by epoch
), missing as (
  select e.*, coalesce(a.ranges, '{}') as accepted,
    int8multirange(int8range(0, last_expected + 1))
      * (gaps + int8multirange(int8range(highest + 1, greatest(highest, last_expected) + 1))) as ranges
  from expected e left join accepted a using (epoch)
)
select epoch, is_known, included_version, stored_count, highest, clash_count, last_expected,
  (select coalesce(sum(upper(r) - lower(r)), 0) from unnest(m.ranges - accepted) as r) as missing_count,
  (select coalesce(sum(upper(r) - lower(r)), 0) from unnest(m.ranges * accepted) as r) as accepted_count,
  array(select array[lower(r), upper(r) - 1] from unnest(m.ranges - accepted) as r order by r limit $4) as missing,
  array(select array[lower(r), upper(r) - 1] from unnest(m.ranges * accepted) as r order by r limit $4) as accepted
from missing m
order by epoch
