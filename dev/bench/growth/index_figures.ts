/** How large the ledger's indexes are, and how often a batch finds a block of one outside Postgres's own memory. */
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import type { Figure } from "../bench.ts";

/** One figure an index: bytes for each row. */
export async function indexBytes(pool: PostgresPool, size: number): Promise<Figure[]> {
  const { rows } = await pool.query<{ name: string; bytes: string }>(
    `select indexrelid::regclass::text as name, pg_relation_size(indexrelid) as bytes
     from pg_index where indrelid = 'vote_events'::regclass and pg_relation_size(indexrelid) > 100000
     union all select 'vote_events', pg_relation_size('vote_events') order by 1`,
  );
  return rows.map(({ name, bytes }) => ({
    what: `${name}, ${size.toLocaleString("en-US")} rows`,
    unit: "bytes a row",
    samples: [Number(bytes) / size],
  }));
}

/** One figure an index: blocks that a batch had read from the system, whose own cache may hold them or not. */
export async function cacheMisses(
  pool: PostgresPool,
  { size, batches, act }: { size: number; batches: number; act: () => Promise<unknown> },
): Promise<Figure[]> {
  // The first one is for whatever another ledger has pushed out.
  await act();
  const before = await blocksRead(pool);
  for (let batch = 0; batch < batches; batch++) await act();
  const after = await blocksRead(pool);
  return [...after].map(([name, blocks]) => ({
    what: `${name}, ${size.toLocaleString("en-US")} rows: blocks not in memory`,
    unit: "blocks a batch",
    samples: [(blocks - (before.get(name) ?? 0)) / batches],
  }));
}

async function blocksRead(pool: PostgresPool): Promise<Map<string, number>> {
  // Else a connection keeps what it has counted to itself for a while.
  await pool.query("select pg_stat_force_next_flush()");
  await pool.query("select pg_stat_clear_snapshot()");
  const { rows } = await pool.query<{ name: string; blocks: string }>(
    `select indexrelname as name, idx_blks_read as blocks from pg_statio_user_indexes
     where relid = 'vote_events'::regclass and idx_blks_hit + idx_blks_read > 0 order by 1`,
  );
  return new Map(rows.map(({ name, blocks }) => [name, Number(blocks)]));
}
