-- What is gone for good, so that it is known and not found anew every time.

-- Holes in an epoch's versions that an operator has accepted: votes that died with a disk.
create table accepted_losses (
  shard         int    not null,
  epoch         bigint not null,
  first_version bigint not null,
  last_version  bigint not null check (last_version >= first_version),
  accepted_at   timestamptz not null default now(),
  primary key (shard, epoch, first_version)
);

-- Records that Kafka had deleted before they were stored: Postgres came back from a backup older than Kafka's retention.
-- Votes stay closed until each was accepted, which lets the persister read on from next_offset.
create table forgotten_records (
  cluster_id   text   not null,
  topic        text   not null,
  partition    int    not null,
  first_offset bigint not null,
  next_offset  bigint not null check (next_offset > first_offset),
  noticed_at   timestamptz not null default now(),
  accepted_at  timestamptz,
  primary key (cluster_id, topic, partition, first_offset)
);
create index forgotten_records_open on forgotten_records (topic) where accepted_at is null;
