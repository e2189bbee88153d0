/**
 * The second look at a vote whose request id another vote holds. This is rare: a client that saw no answer repeats its
 * vote, and Redis forgot the first one, because it was wiped or because the request's life has passed.
 *
 * A vote is a repeat if a counted one with the same request id and fingerprint lies less than a request life from it,
 * by Redis's time; a repeat is kept and not counted. Any other vote counts.
 */
import type { PostgresClient, PostgresPool } from "../../shared/postgres/pool.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import { requestFingerprint, textArrayLiteral } from "./store_votes.ts";

const EPOCH_FOR_SHARE = `
  select e.included_version
  from (select shard from shards where shard = $1 for share) s join epochs e on e.shard = s.shard
  where e.epoch = $2
  for share of e`;

const INSERT = `
  with repeated as (
    select vote_id
    from vote_events
    where shard = $2 and request_id = $9 and fingerprint = $10 and repeat_of is null
      and abs(extract(epoch from at) * 1000 - $5::bigint) < $11::bigint
    order by request_seq
    limit 1
  )
  insert into vote_events
    (vote_id, shard, epoch, version, at, usernames, counts, voter, request_id, fingerprint, request_seq, repeat_of, carry)
  select $1::uuid, $2::int, $3::bigint, $4::bigint, to_timestamp($5::bigint / 1000.0), $6::text[], $7::int[], $8::text,
    $9::text, $10::bytea,
    (select coalesce(max(request_seq) + 1, 0) from vote_events where shard = $2 and request_id = $9),
    (select vote_id from repeated),
    (case when exists (select from repeated) then 0 else 1 end) - $12::int
  on conflict do nothing
  returning repeat_of`;

const COUNT = `
  insert into votes as v (shard, username, count, version)
  select $1, u.username, u.count, 1 from unnest($2::text[], $3::int[]) as u (username, count) order by u.username
  on conflict (shard, username) do update set count = v.count + excluded.count, version = v.version + 1`;

export type ContestedOutcome =
  | { readonly kind: "counted" | "repeat" }
  /** It is there already, or another persister got in between: the batch is stored again, which tells which. */
  | { readonly kind: "again" };

export async function storeContestedVote(
  pool: PostgresPool,
  { vote, requestLifeMs }: { vote: StoredVote; requestLifeMs: number },
): Promise<ContestedOutcome> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const outcome = await insertContested(client, { vote, requestLifeMs });
    await client.query("commit");
    client.release();
    return outcome;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function insertContested(
  client: PostgresClient,
  { vote, requestLifeMs }: { vote: StoredVote; requestLifeMs: number },
): Promise<ContestedOutcome> {
  const epochs = await client.query<{ included_version: string | null }>(EPOCH_FOR_SHARE, [
    vote.shard,
    vote.epoch,
  ]);
  const epoch = epochs.rows[0];
  // Its row is being written by another persister at this moment.
  if (!epoch) return { kind: "again" };
  const isInRedis = epoch.included_version === null || vote.version <= Number(epoch.included_version);
  const inserted = await client.query<{ repeat_of: string | null }>(INSERT, [
    vote.id,
    vote.shard,
    vote.epoch,
    vote.version,
    vote.at,
    textArrayLiteral(vote.names),
    `{${vote.counts.join(",")}}`,
    vote.voter ?? null,
    vote.requestId ?? null,
    requestFingerprint(vote),
    requestLifeMs,
    isInRedis ? 1 : 0,
  ]);
  const row = inserted.rows[0];
  if (!row) return { kind: "again" };
  if (row.repeat_of !== null) return { kind: "repeat" };
  await client.query(COUNT, [vote.shard, textArrayLiteral(vote.names), `{${vote.counts.join(",")}}`]);
  return { kind: "counted" };
}
