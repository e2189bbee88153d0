-- Stores one batch of votes from one partition: rows, totals and offset together, or nothing of it.
--
-- $1 cluster_id  $2 topic  $3 partition  $4 first offset of the batch  $5 offset after it
-- $6 vote_id[]  $7 shard[]  $8 epoch[]  $9 version[]  $10 at[] (ms)  $11 usernames[] and $12 counts[]: one array literal
-- a vote, since unnest flattens nested arrays  $13 voter[]  $14 request_id[]  $15 fingerprint[]
--
-- Locks are taken in one order everywhere, consumed, shards, epochs, vote_events by id, votes by username: each step
-- reads from the step before. The shared locks on shards and epochs keep a guard from sealing an epoch in between.
with gate as materialized (
  -- Closed when the batch begins above what is stored: then Postgres came back from a backup.
  select cluster_id, topic, partition
  from consumed
  where cluster_id = $1 and topic = $2 and partition = $3 and next_offset >= $4
  for update
), batch as materialized (
  select *
  from unnest($6::uuid[], $7::int[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[],
              $13::text[], $14::text[], $15::bytea[])
    as vote (vote_id, shard, epoch, version, at, usernames, counts, voter, request_id, fingerprint)
), place as materialized (
  -- Mostly one row: what follows asks of it once what it would ask of every vote.
  select distinct shard, epoch from batch
), shard as materialized (
  select s.shard, s.epoch
  from gate, shards s
  where s.shard in (select shard from place)
  for share of s
), known_epoch as materialized (
  select e.shard, e.epoch, e.included_version
  from shard s join place p on p.shard = s.shard join epochs e on e.shard = p.shard and e.epoch = p.epoch
  for share of e
), lost_epoch as (
  -- A backup lost the row: the epoch is open if it is not below the shard's, else its totals came from a restore.
  insert into epochs (shard, epoch, included_version, sealed_at)
  select p.shard, p.epoch,
    case when p.epoch < s.epoch then -1::bigint end,
    case when p.epoch < s.epoch then now() end
  from shard s join place p on p.shard = s.shard
  where not exists (select from epochs e where e.shard = p.shard and e.epoch = p.epoch)
  order by 1, 2
  on conflict do nothing
  returning shard, epoch, included_version
), epoch as (
  select * from known_epoch union all select * from lost_epoch
), inserted as (
  -- carry = 1: Postgres counts the vote, but Redis took its totals without it.
  insert into vote_events
    (vote_id, shard, epoch, version, at, usernames, counts, voter, request_id, fingerprint, carry)
  select b.vote_id, b.shard, b.epoch, b.version, to_timestamp(b.at / 1000.0), b.usernames::text[], b.counts::int[],
    b.voter, b.request_id, b.fingerprint,
    case when e.included_version is null or b.version <= e.included_version then 0 else 1 end
  from epoch e join batch b on b.shard = e.shard and b.epoch = e.epoch
  order by b.vote_id
  on conflict do nothing
  returning vote_id, shard, epoch, version, usernames, counts
), counted as (
  insert into votes as v (shard, username, count, version)
  select i.shard, u.username, sum(u.count), 1
  from inserted i, unnest(i.usernames, i.counts) as u (username, count)
  group by i.shard, u.username
  order by i.shard, u.username
  on conflict (shard, username) do update set count = v.count + excluded.count, version = v.version + 1
), contested as (
  -- Neither new nor there already: another vote holds the request id. Looked for only when rows are missing.
  select b.vote_id
  from gate, batch b
  where (select count(*) from inserted) < cardinality($6::uuid[])
    and not exists (select from inserted i where i.vote_id = b.vote_id)
    and not exists (select from vote_events e where e.vote_id = b.vote_id)
), moved as (
  update consumed c
  set next_offset = greatest(c.next_offset, $5)
  from gate g
  where c.cluster_id = g.cluster_id and c.topic = g.topic and c.partition = g.partition
    and not exists (select from contested)
)
select
  exists (select from gate) as gate_open,
  (select count(*)::int from inserted) as inserted_count,
  array(select vote_id::text from contested) as contested,
  -- Two votes with one version cannot be: an alarm, and neither is skipped. vote_events shows what was there before.
  array(
    select i.epoch || '-' || i.version
    from inserted i join vote_events e on e.shard = i.shard and e.epoch = i.epoch and e.version = i.version
    union
    select epoch || '-' || version from inserted group by shard, epoch, version having count(*) > 1
  ) as version_clashes
