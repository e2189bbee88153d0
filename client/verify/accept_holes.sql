-- Records the holes of one epoch as accepted, but for those recorded before. $1 shard  $2 epoch  $3 last version to accept:
-- what lies above is still under way, or was never seen to be missing.
with stored as (
  select version, lag(version, 1, -1::bigint) over (order by version) as previous
  from vote_events
  where shard = $1 and epoch = $2
), held as (
  select coalesce(max(version), -1) as highest,
    coalesce(range_agg(int8range(previous + 1, version)) filter (where version > previous + 1), '{}') as gaps
  from stored
), accepted as (
  select coalesce(range_agg(int8range(first_version, last_version, '[]')), '{}') as ranges
  from accepted_losses
  where shard = $1 and epoch = $2
), missing as (
  select int8multirange(int8range(0, $3::bigint + 1))
    * (gaps + int8multirange(int8range(highest + 1, greatest(highest, $3::bigint) + 1))) - a.ranges as ranges
  from held, accepted a
)
insert into accepted_losses (shard, epoch, first_version, last_version)
select $1, $2, lower(r), upper(r) - 1 from missing m, unnest(m.ranges) as r
on conflict do nothing
returning first_version, last_version
