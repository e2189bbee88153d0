/**
 * What verify names as lost is accepted, as an operator would do it, and where Kafka's folder was lost with votes in it
 * Redis is repaired: verify, accept the loss, verify, repair, verify. After that verify has nothing left to say, or the
 * checker hears of it.
 */
import { acceptHoles } from "../../../client/verify/accept_loss.ts";
import { repair } from "../../../client/verify/repair.ts";
import type { VerifyReport } from "../../../client/verify/report.ts";
import { verify, type VerifyOptions } from "../../../client/verify/verify.ts";
import type { VerifySummary } from "../check/ledger_row.ts";
import { verifySummary } from "../check/verify_summary.ts";

export interface NamedLosses {
  readonly verify: VerifySummary;
  /** Versions that were accepted as lost. */
  readonly namedLost: number;
}

export interface NameLossesOptions {
  readonly isKafkaLost: boolean;
  /** How long the guard may take to restore Redis. */
  readonly repairMsMax: number;
}

type Said = VerifySummary["findings"][number];

/**
 * Follows from votes that Kafka lost: Redis counts them, Postgres never will. How many they may be is for the checker,
 * which knows each.
 */
const TOTALS_DIFFER: ReadonlySet<string> = new Set(["total_differs", "only_in_redis"]);
/** As long as their versions were not accepted. */
const NOT_SETTLED = "not_settled";

export async function nameLosses(options: VerifyOptions, lost: NameLossesOptions): Promise<NamedLosses> {
  const first = await verify(options);
  const said: Said[] = [];
  const note = (report: VerifyReport, isExcused: (kind: string) => boolean) =>
    void said.push(...verifySummary(report).findings.filter(({ kind }) => !isExcused(kind)));
  const namedLost = await acceptAll(options, first);
  if (namedLost === 0 && (first.agrees || !lost.isKafkaLost)) {
    return { namedLost, verify: verifySummary(first) };
  }
  note(first, (kind) => lost.isKafkaLost && (TOTALS_DIFFER.has(kind) || kind === NOT_SETTLED));
  let last = await verify(options);
  if (lost.isKafkaLost && !last.agrees) {
    note(last, (kind) => TOTALS_DIFFER.has(kind));
    const done = await repair({ ...options, waitMsMax: lost.repairMsMax }, last);
    if (done.kind === "restored") last = done.after;
    else said.push({ kind: "repair_failed", text: `repair after Kafka's loss: ${JSON.stringify(done)}` });
  }
  const summary = verifySummary(last);
  const findings = [...said, ...summary.findings, ...stillMissing(last)];
  return { namedLost, verify: { ...summary, findings } };
}

async function acceptAll({ pool, shard }: VerifyOptions, report: VerifyReport): Promise<number> {
  let count = 0;
  for (const { epoch, missingCount } of report.epochs) {
    if (missingCount === 0) continue;
    const acceptance = await acceptHoles(pool, { report, loss: { kind: "epoch", shard, epoch } });
    if (acceptance.kind === "holes_accepted") count += acceptance.count;
  }
  return count;
}

/** Holes that were not there before, or could not be accepted. */
function stillMissing({ epochs }: VerifyReport): Said[] {
  return epochs.filter(({ missingCount }) => missingCount > 0).map(({ epoch, missingCount }) => ({
    kind: "versions_missing",
    text: `epoch ${epoch} misses ${missingCount} versions after its losses were accepted`,
  }));
}
