/**
 * Records what an operator accepts as lost, so that it is known and not found anew every time. Nothing is deleted or
 * counted: a vote that arrives after all is stored as any other, and fills its hole.
 */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import acceptHolesSql from "./accept_holes.sql" with { type: "text" };
import type { AcceptedLoss } from "./arguments.ts";
import type { Finding, ForgottenRange, VerifyReport, VersionRange } from "./report.ts";

export type Acceptance =
  | {
    readonly kind: "holes_accepted";
    readonly shard: number;
    readonly epoch: number;
    readonly ranges: readonly VersionRange[];
    readonly count: number;
  }
  | { readonly kind: "forgotten_accepted"; readonly ranges: readonly ForgottenRange[] }
  | { readonly kind: "acceptance_refused"; readonly reason: string };

type MissingVersions = Finding & { kind: "versions_missing" };

/** Accepts the holes that the report names, and no other: what went missing since is for the next look. */
export async function acceptHoles(
  pool: PostgresPool,
  { report, loss: { shard, epoch } }: { report: VerifyReport; loss: AcceptedLoss & { kind: "epoch" } },
): Promise<Acceptance> {
  const known = report.epochs.find((each) => each.epoch === epoch);
  if (shard !== report.shard || !known) {
    return refuse(`Accept the loss of ${shard}/${epoch}: there is no such epoch`);
  }
  const hole = report.findings.find((finding): finding is MissingVersions =>
    finding.kind === "versions_missing" && finding.epoch === epoch
  );
  if (!hole) return refuse(`Accept the loss of ${shard}/${epoch}: no version is missing`);
  const last = hole.inOutboxFrom === null ? known.lastExpected : hole.inOutboxFrom - 1;
  const first = hole.ranges[0]?.first ?? 0;
  if (first > last) {
    return refuse(
      `Accept the loss of ${shard}/${epoch}: what is missing still lies in the outbox, so start the relay instead`,
    );
  }
  const { rows } = await pool.query<{ first_version: string; last_version: string }>(acceptHolesSql, [
    shard,
    epoch,
    last,
  ]);
  const ranges = rows.map((row) => ({ first: Number(row.first_version), last: Number(row.last_version) }));
  ranges.sort((a, b) => a.first - b.first);
  const count = ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0);
  return { kind: "holes_accepted", shard, epoch, ranges, count };
}

/** One statement: an offset that moved without the loss being recorded would be a silent skip. */
const ACCEPT_FORGOTTEN = `
  with accepted as (
    update forgotten_records set accepted_at = now() where accepted_at is null
    returning cluster_id, topic, partition, first_offset, next_offset
  ), target as (
    select cluster_id, topic, partition, max(next_offset) as next_offset
    from accepted group by cluster_id, topic, partition
  ), moved as (
    insert into consumed as c (cluster_id, topic, partition, next_offset)
    select cluster_id, topic, partition, next_offset from target order by 1, 2, 3
    on conflict (cluster_id, topic, partition) do update
    set next_offset = greatest(c.next_offset, excluded.next_offset)
  )
  select cluster_id as "clusterId", topic, partition, first_offset::text as "firstOffset",
    next_offset::text as "nextOffset"
  from accepted order by topic, partition, first_offset`;

/** Accepts all that Kafka deleted before it was stored, and lets the persister read on behind it. */
export async function acceptForgotten(pool: PostgresPool): Promise<Acceptance> {
  const { rows } = await pool.query<ForgottenRange>(ACCEPT_FORGOTTEN);
  if (rows.length === 0) return refuse("Accept what Kafka forgot: there is nothing that was not accepted");
  return { kind: "forgotten_accepted", ranges: rows };
}

function refuse(reason: string): Acceptance {
  return { kind: "acceptance_refused", reason };
}
