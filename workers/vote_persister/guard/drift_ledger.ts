/** What the watch for drift reads from Postgres: short statements that lock nothing, each of one moment. */
import type { PostgresPool } from "../../../shared/postgres/pool.ts";

/** Every version of an epoch up to and with this one. */
export interface StoredVersion {
  readonly epoch: number;
  readonly version: number;
}

/** Some names of a shard at one moment. */
export interface LedgerPage {
  readonly epoch: number;
  /** Epochs before it whose votes Redis kept, each with the last version that Redis has counted of it. */
  readonly kept: readonly StoredVersion[];
  /** Votes whose effect is still to be carried to Redis. */
  readonly toCarryCount: number;
  /** Votes whose effect was carried since the last restore. */
  readonly carriedCount: number;
  /** In the order of the names; 0 for one that has none. */
  readonly totals: readonly number[];
}

export interface DriftLedger {
  /** Names in order, from the first one after `after` on. */
  namesAfter(at: { after: string | undefined; countMax: number }): Promise<string[]>;
  read(names: readonly string[]): Promise<LedgerPage>;
  /** Whether every version of the epoch above one and up to another is stored. */
  holdsEvery(range: { epoch: number; above: number; upTo: number }): Promise<boolean>;
}

interface PageRow {
  readonly epoch: string;
  readonly kept_epochs: readonly string[];
  readonly kept_versions: readonly string[];
  readonly to_carry: string;
  readonly carried: string;
  readonly totals: readonly (string | null)[];
}

export function createDriftLedger(pool: PostgresPool, { shard }: { shard: number }): DriftLedger {
  return {
    async namesAfter({ after, countMax }) {
      const { rows } = await pool.query<{ username: string }>(
        `select username from votes where shard = $1 and ($2::text is null or username > $2) order by username limit $3`,
        [shard, after ?? null, countMax],
      );
      return rows.map(({ username }) => username);
    },
    async read(names) {
      const { rows } = await pool.query<PageRow>(
        `select s.epoch,
           array(select epoch from epochs where shard = s.shard and included_version >= 0 order by epoch) as kept_epochs,
           array(select included_version from epochs where shard = s.shard and included_version >= 0 order by epoch)
             as kept_versions,
           (select count(*) from vote_events where shard = s.shard and carry <> 0) as to_carry,
           (select count(*) from vote_events where shard = s.shard and carried) as carried,
           array(select v.count from unnest($2::text[]) with ordinality as n (name, place)
             left join votes v on v.shard = s.shard and v.username = n.name order by n.place) as totals
         from shards s where s.shard = $1`,
        [shard, names],
      );
      const row = rows[0];
      if (!row) throw new Error(`Read a page of shard ${shard}: its row is not there`);
      return {
        epoch: Number(row.epoch),
        kept: row.kept_epochs.map((epoch, index) => ({
          epoch: Number(epoch),
          version: Number(row.kept_versions[index]),
        })),
        toCarryCount: Number(row.to_carry),
        carriedCount: Number(row.carried),
        totals: row.totals.map((total) => Number(total ?? 0)),
      };
    },
    async holdsEvery({ epoch, above, upTo }) {
      const { rows } = await pool.query<{ held: string }>(
        `select count(distinct version) as held from vote_events
         where shard = $1 and epoch = $2 and version > $3 and version <= $4`,
        [shard, epoch, above, upTo],
      );
      return Number(rows[0]?.held) === upTo - above;
    },
  };
}
