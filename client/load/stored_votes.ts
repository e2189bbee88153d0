/** What Postgres holds of one run, asked for by request id in bounded pieces, so that each is a look at an index. */
import type { PostgresPool } from "../../shared/postgres/pool.ts";

export interface StoredVote {
  readonly requestId: string;
  readonly names: readonly string[];
  readonly counts: readonly number[];
}

export interface StoredVotes {
  /** Those of these requests that are stored, as far as they count. */
  present(requestIds: readonly string[]): Promise<string[]>;
  /** The same with what they hold; a request that is counted twice comes twice. */
  read(requestIds: readonly string[]): Promise<StoredVote[]>;
  /** `votes`, by name. */
  totals(names: readonly string[]): Promise<Map<string, number>>;
}

/** The index begins with the shard. A vote that was kept as the repeat of another counts for nothing. */
const OF_REQUESTS =
  "from vote_events where shard = any($1) and request_id is not null and request_id = any($2) " +
  "and repeat_of is null";

export async function createStoredVotes(pool: PostgresPool): Promise<StoredVotes> {
  const { rows } = await pool.query<{ shard: number }>("select shard from shards");
  const shards = rows.map(({ shard }) => shard);
  return {
    async present(requestIds) {
      const { rows } = await pool.query<{ request_id: string }>({
        name: "load_present",
        text: `select request_id ${OF_REQUESTS}`,
        values: [shards, requestIds],
      });
      return rows.map((row) => row.request_id);
    },
    async read(requestIds) {
      const { rows } = await pool.query<{ request_id: string; usernames: string[]; counts: number[] }>(
        `select request_id, usernames, counts ${OF_REQUESTS}`,
        [shards, requestIds],
      );
      return rows.map((row) => ({ requestId: row.request_id, names: row.usernames, counts: row.counts }));
    },
    async totals(names) {
      const { rows } = await pool.query<{ username: string; total: string }>(
        "select username, sum(count) as total from votes where username = any($1) group by username",
        [names],
      );
      return new Map(rows.map((row) => [row.username, Number(row.total)]));
    },
  };
}
