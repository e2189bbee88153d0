/** What the word on how far votes are stored takes from Postgres: one short statement that locks nothing, of one moment. */
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import type { StoredMarks } from "../../../shared/redis/stored_scripts.ts";

/** Everything that is stored has come from before these offsets. */
export interface StoredBasis {
  /** The next offset of each partition, in decimal, by cluster, topic and number. */
  readonly offsets: Readonly<Record<string, string>>;
  /** When records were last given up that Kafka had forgotten, or found to be forgotten; null: never. */
  readonly forgottenAt: string | null;
}

export interface StoredMoment {
  readonly basis: StoredBasis;
  /** Of the latest epochs, no lower than the marks that were gone on from. */
  readonly marks: StoredMarks;
}

export interface StoredLedger {
  /** Goes on from marks that must be true, by as many versions as a statement should look at. */
  readFrom(marks: StoredMarks): Promise<StoredMoment>;
}

/** A request that is still remembered is of the open epoch, or of one not long before it. */
export const EPOCHS_MAX = 16;
/** More than can be stored between two looks; all of them take Postgres less than a tenth of a second. */
const OPEN_VERSIONS_MAX = 50_000;
const SEALED_VERSIONS_MAX = 10_000;

/**
 * $1 shard, $2 epochs, $3 and $4 marks to go on from, $5 and $6 versions looked at of the open epoch and of each sealed one.
 *
 * Where the next version is missing nothing more is looked at: after a dead letter that would be the rest of the epoch, at
 * every look. A sealed epoch whose every version up to the included one is stored is complete, and is not looked at again. What a
 * restore has sealed may still get votes that come late: nobody knows how many, and a look costs one step into the index.
 */
const READ = `
  with epoch as (
    select e.epoch, e.included_version, coalesce(known.version, -1) as mark,
      case when e.included_version is null then $5::int else $6::int end as count_max
    from (select epoch, included_version from epochs where shard = $1 order by epoch desc limit $2) e
    left join unnest($3::bigint[], $4::bigint[]) as known (epoch, version) on known.epoch = e.epoch
  )
  select
    (select coalesce(jsonb_object_agg(concat_ws(' ', cluster_id, topic, partition), next_offset::text), '{}')
      from consumed) as offsets,
    (select max(greatest(noticed_at, accepted_at))::text from forgotten_records) as forgotten_at,
    array(select array[epoch.epoch, coalesce(reached.version, epoch.mark)]
      from epoch left join lateral (
        select max(version) as version
        from (
          select version, row_number() over (order by version) as place
          from (
            select distinct version from vote_events
            where shard = $1 and vote_events.epoch = epoch.epoch and version > epoch.mark
              and exists (select from vote_events
                where shard = $1 and vote_events.epoch = epoch.epoch and version = epoch.mark + 1)
              and (epoch.included_version is null or epoch.included_version = -1
                or epoch.mark < epoch.included_version)
            order by version limit epoch.count_max
          ) held
        ) placed
        where version = epoch.mark + place
      ) reached on true) as marks`;

interface Row {
  readonly offsets: Record<string, string>;
  readonly forgotten_at: string | null;
  readonly marks: readonly (readonly [epoch: string, version: string])[];
}

export function createStoredLedger(pool: PostgresPool, { shard }: { shard: number }): StoredLedger {
  return {
    async readFrom(marks) {
      const { rows } = await pool.query<Row>(READ, [
        shard,
        EPOCHS_MAX,
        [...marks.keys()],
        [...marks.values()],
        OPEN_VERSIONS_MAX,
        SEALED_VERSIONS_MAX,
      ]);
      const row = rows[0];
      if (!row) throw new Error(`Read how far votes of shard ${shard} are stored: no row`);
      const reached = row.marks.map(([epoch, version]) => [Number(epoch), Number(version)] as const);
      return {
        basis: { offsets: row.offsets, forgottenAt: row.forgotten_at },
        marks: new Map(reached.filter(([, version]) => version >= 0)),
      };
    },
  };
}
