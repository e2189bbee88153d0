/**
 * What Postgres takes with nothing around it: the same rows, decoded beforehand, into a table with the columns and
 * indexes of `vote_events`, as many a statement as the persister stores.
 *
 * Over one connection Postgres works with one process, of which the persister keeps several busy: that limit is of a
 * statement, and the one over as many connections is of the machine.
 */
import type { PostgresClient, PostgresPool } from "../../../shared/postgres/pool.ts";
import type { StoredVote } from "../../../shared/vote/record.ts";
import { BATCH_ROWS_MAX } from "../../../workers/vote_persister/consume_batch.ts";
import { requestFingerprint, textArrayLiteral } from "../../../workers/vote_persister/store_votes.ts";

const INSERT = `
  insert into bare_events
    (vote_id, shard, epoch, version, at, usernames, counts, voter, request_id, fingerprint)
  select vote_id, shard, epoch, version, to_timestamp(at / 1000.0), usernames::text[], counts::int[],
    voter, request_id, fingerprint
  from unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::bytea[])
    as vote (vote_id, shard, epoch, version, at, usernames, counts, voter, request_id, fingerprint)`;

/** Returns votes per second. */
export async function insertAll(
  { pool, votes, connections }: {
    pool: PostgresPool;
    votes: readonly StoredVote[];
    connections: number;
  },
): Promise<number> {
  await pool.query("create table if not exists bare_events (like vote_events including all)");
  await pool.query("truncate bare_events");
  const batches = Array.from(
    { length: Math.ceil(votes.length / BATCH_ROWS_MAX) },
    (_, index) => columnsOf(votes.slice(index * BATCH_ROWS_MAX, (index + 1) * BATCH_ROWS_MAX)),
  );
  const clients: PostgresClient[] = [];
  try {
    while (clients.length < connections) clients.push(await pool.connect());
    let next = 0;
    const insert = async (client: PostgresClient) => {
      while (next < batches.length) {
        await client.query({ name: "insert_bare", text: INSERT, values: batches[next++] as unknown[] });
      }
    };
    const startedAt = performance.now();
    await Promise.all(clients.map(insert));
    return votes.length / ((performance.now() - startedAt) / 1000);
  } finally {
    for (const client of clients) client.release();
  }
}

function columnsOf(votes: readonly StoredVote[]): unknown[][] {
  return [
    votes.map((vote) => vote.id),
    votes.map((vote) => vote.shard),
    votes.map((vote) => vote.epoch),
    votes.map((vote) => vote.version),
    votes.map((vote) => vote.at),
    votes.map((vote) => textArrayLiteral(vote.names)),
    votes.map((vote) => `{${vote.counts.join(",")}}`),
    votes.map((vote) => vote.voter ?? null),
    votes.map((vote) => vote.requestId ?? null),
    votes.map(requestFingerprint),
  ];
}
