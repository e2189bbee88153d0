/** Reads the ledger and the totals of a run from Postgres, as they stood at one moment, in memory that stays small. */
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import type { LedgerRow } from "./ledger_row.ts";

const ROWS_PER_FETCH = 5000;
const SHARD = 0;

interface EventRow {
  vote_id: string;
  epoch: number;
  version: number;
  request_id: string | null;
  usernames: string[];
  counts: number[];
  voter: string | null;
  is_repeat: boolean;
}

/** In no order. */
export async function* readLedger(pool: PostgresPool): AsyncGenerator<LedgerRow[]> {
  const client = await pool.connect();
  let isAtEnd = false;
  try {
    await client.query("begin isolation level repeatable read read only");
    // Numbers as doubles: exact to 2^53, where a bigint would come as text.
    await client.query(
      `declare ledger no scroll cursor for
       select vote_id, epoch::float8, version::float8, request_id, usernames, counts, voter,
         repeat_of is not null as is_repeat
       from vote_events where shard = ${SHARD}`,
    );
    while (true) {
      const { rows } = await client.query<EventRow>(`fetch ${ROWS_PER_FETCH} from ledger`);
      if (rows.length === 0) break;
      yield rows.map(ledgerRow);
    }
    await client.query("commit");
    isAtEnd = true;
  } finally {
    // A caller that stopped early leaves a transaction open: such a connection is of no use to anyone.
    client.release(!isAtEnd);
  }
}

export async function readVoteTotals(pool: PostgresPool): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ username: string; count: number }>(
    "select username, count::float8 as count from votes where shard = $1",
    [SHARD],
  );
  return new Map(rows.map(({ username, count }) => [username, count]));
}

function ledgerRow(row: EventRow): LedgerRow {
  return {
    voteId: row.vote_id,
    epoch: row.epoch,
    version: row.version,
    requestId: row.request_id ?? undefined,
    names: row.usernames,
    counts: row.counts,
    voter: row.voter ?? undefined,
    isRepeat: row.is_repeat,
  };
}
