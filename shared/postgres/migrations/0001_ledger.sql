-- The ledger and what is derived from it. vote_events is the truth; votes can always be recomputed from it.

create table shards (
  shard       int    primary key,
  epoch       bigint not null,              -- the one that is open, or that the guard is about to open
  shard_count int    not null
);

-- One row for every epoch a vote may carry. included_version: Redis has the effect of the epoch's votes up to this
-- version; null while the epoch is open, -1 when a restore took its totals from here instead.
create table epochs (
  shard            int    not null,
  epoch            bigint not null,
  included_version bigint,
  opened_at        timestamptz not null default now(),
  sealed_at        timestamptz,
  primary key (shard, epoch)
);

-- Kafka offsets, moved in the statement that stores the rows. A Kafka that was wiped is another cluster.
create table consumed (
  cluster_id  text   not null,
  topic       text   not null,
  partition   int    not null,
  next_offset bigint not null,
  primary key (cluster_id, topic, partition)
);

create table votes (
  id       bigint generated always as identity primary key,
  shard    int    not null,
  username text   not null,
  count    bigint not null check (count >= 0),
  version  bigint not null,                 -- row version: how often this row was written
  unique (shard, username)
);

create table vote_events (
  vote_id     uuid        primary key,
  shard       int         not null,
  epoch       bigint      not null,
  version     bigint      not null,         -- number of the vote within its epoch
  at          timestamptz not null,         -- Redis's time when it was counted
  usernames   text[]      not null,
  counts      int[]       not null,
  voter       text,
  request_id  text,
  request_seq int         not null default 0,
  fingerprint bytea,                        -- only with a request_id
  repeat_of   uuid,                         -- set: a second vote of one request, kept but not counted
  carry       smallint    not null default 0 check (carry between -1 and 1),
  carried     boolean     not null default false
);

-- Not unique: a version under two vote ids is an alarm, and neither vote is skipped.
create index vote_events_version on vote_events (shard, epoch, version);
create unique index vote_events_request on vote_events (shard, request_id, request_seq) where request_id is not null;
create index vote_events_to_carry on vote_events (shard, vote_id) where carry <> 0;
create index vote_events_carried on vote_events (shard, vote_id) where carried;
