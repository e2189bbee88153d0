-- Who may do what in Postgres. Run by the owner of the schema, in one transaction, with the schema as the search path;
-- any number of times, the last one stands.
--
--   the owner       cast_owner in our manifests: makes and changes the tables, and runs this
--   cast_persister  the vote persister: adds votes, and changes the few columns that say where they stand
--   cast_operator   verify, poll and dead-letters
--   cast_reader     totals, for whoever shows them: not who voted
--
-- Nobody but the owner can delete or rewrite a stored vote. The roles are made without a password, with which nobody can
-- log in, unless somebody has made them before; giving them one is an administrator's.

do $$
declare
  role text;
begin
  -- Two at once would meet in the catalogs.
  perform pg_advisory_xact_lock(hashtextextended('cast.roles', 0));
  foreach role in array array['cast_persister', 'cast_operator', 'cast_reader'] loop
    if not exists (select from pg_roles where rolname = role) then
      execute format('create role %I login', role);
    end if;
    -- What an earlier release granted and this one does not is gone.
    execute format('revoke all on all tables in schema %I from %I', current_schema(), role);
    execute format('revoke all on schema %I from %I', current_schema(), role);
    execute format('grant usage on schema %I to %I', current_schema(), role);
  end loop;
end
$$;

-- The persister. A row that is locked, for share or for update, needs leave to update a column of it; the guard locks
-- the whole of shards, which needs leave for all of its columns.
grant select on migrations to cast_persister;
grant select, insert, update on shards to cast_persister;
grant select, insert, update (included_version, sealed_at) on epochs to cast_persister;
grant select, insert, update (next_offset) on consumed to cast_persister;
grant select, insert, update (count, version) on votes to cast_persister;
grant select, insert, update (carry, carried) on vote_events to cast_persister;
grant select, insert, update (next_offset, accepted_at) on forgotten_records to cast_persister;

-- The poll: the operator changes it, and the guard where Redis knows a later state than a Postgres that went back.
grant select, update (revision) on poll to cast_persister, cast_operator;
grant select, insert on poll_revisions to cast_persister, cast_operator;
grant insert, delete on frozen_totals to cast_persister, cast_operator;
grant select on frozen_totals to cast_persister;
grant select, insert on poll_applied to cast_persister;
grant update (revision, voting_since, candidates_digest, candidates_count, applied_at) on poll_applied to cast_persister;

-- The operator. Of a vote: all but who cast it and under which request.
grant select on shards, epochs, votes, poll_applied to cast_operator;
grant select (vote_id, shard, epoch, version, usernames, counts, repeat_of, carry, carried)
  on vote_events to cast_operator;
grant select, insert on accepted_losses to cast_operator;
grant select, update (accepted_at) on forgotten_records to cast_operator;
grant select, insert, update (next_offset) on consumed to cast_operator;

grant select on shards, epochs, votes, accepted_losses, forgotten_records to cast_reader;
grant select on poll, poll_revisions, poll_applied, frozen_totals to cast_reader;
grant select (vote_id, shard, epoch, version, at, usernames, counts, request_seq, repeat_of, carry, carried)
  on vote_events to cast_reader;
