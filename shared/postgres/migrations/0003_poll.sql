-- What an operator has decided of the poll, which the guard brings to Redis.

-- Every state that the poll ever had. A revision has a fresh id and no number: when Postgres comes back from a backup,
-- numbers would be given a second time, and Redis's revision is then known by being unknown here.
create table poll_revisions (
  revision        uuid        primary key,
  voting          text        not null check (voting in ('open', 'closed')),
  results         text        not null check (results in ('live', 'frozen')),
  frozen_revision uuid,                        -- that froze the results, whose totals are published; null while they are live
  voting_since    timestamptz not null,        -- when voting became what it is
  results_since   timestamptz not null,
  changed_at      timestamptz not null default now(),
  check ((results = 'frozen') = (frozen_revision is not null))
);

-- One row: the revision that holds.
create table poll (
  only_row boolean primary key default true check (only_row),
  revision uuid    not null references poll_revisions
);

-- What is published while results are frozen: votes as it was in the transaction that froze them.
create table frozen_totals (
  revision uuid   not null,
  shard    int    not null,
  username text   not null,
  count    bigint not null,
  primary key (revision, shard, username)
);

-- What each shard's Redis was seen to obey.
create table poll_applied (
  shard             int         primary key,
  revision          uuid        not null,
  voting_since      timestamptz not null,      -- Redis's time: since then voting has been what the revision says
  candidates_digest text,                      -- null: any name may be voted for
  candidates_count  int,
  applied_at        timestamptz not null default now(),
  check ((candidates_digest is null) = (candidates_count is null))
);

with first as (
  insert into poll_revisions (revision, voting, results, voting_since, results_since)
  values (gen_random_uuid(), 'open', 'live', now(), now())
  returning revision
)
insert into poll (revision) select revision from first;
