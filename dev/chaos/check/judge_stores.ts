/** What is missing from the versions, what verify says of it, and whether the totals are the sum of the rows. */
import type { GraveVote, StoredTotals, VerifySummary } from "./ledger_row.ts";
import { createVersionMap, type VersionMap } from "./version_map.ts";
import type { Findings } from "./violations.ts";

export interface StoreFacts {
  readonly verify: VerifySummary;
  readonly totals: StoredTotals;
  /** In the ledger. */
  readonly versions: VersionMap;
  readonly counted: ReadonlyMap<string, number>;
  /** Died with a disk, and are neither in the ledger nor in Kafka. */
  readonly died: Iterable<GraveVote>;
}

export function judgeFindings({ verify }: StoreFacts, findings: Findings): void {
  for (const { text } of verify.findings) findings.add("verify_disagrees", () => text);
}

/** Returns how many holes there are. */
export function judgeHoles(facts: StoreFacts, findings: Findings): number {
  const { versions, died } = facts;
  const holes = namedHoles(facts, findings);
  const dead = createVersionMap();
  for (const { epoch, version, voteId } of died) {
    dead.add(epoch, version);
    if (version < versions.versionMax(epoch) && !holes.has(epoch, version)) {
      findings.add(
        "holes_differ",
        () => `vote ${voteId} (${epoch}-${version}) died, verify does not name it`,
      );
    }
  }
  let named = 0;
  for (const [epoch, version] of holes.all()) {
    named++;
    if (versions.has(epoch, version) || dead.has(epoch, version)) continue;
    findings.add("holes_differ", () => `${epoch}-${version} is missing, no dead disk had it`);
  }
  for (const [epoch, version] of versions.gaps()) {
    if (holes.has(epoch, version)) continue;
    findings.add("verify_disagrees", () => `${epoch}-${version} is missing, verify does not name it`);
  }
  return named;
}

/**
 * The holes that verify lists. Where it lists the first of many, and all that it lists are holes, and it counted as many
 * as there are: all that there are.
 */
function namedHoles({ verify, versions }: StoreFacts, findings: Findings): VersionMap {
  const named = createVersionMap();
  const listed = new Map<number, number>();
  for (const { epoch, firstVersion, lastVersion } of verify.holes) {
    listed.set(epoch, (listed.get(epoch) ?? 0) + lastVersion - firstVersion + 1);
    for (let version = firstVersion; version <= lastVersion; version++) {
      named.add(epoch, version);
      if (!versions.has(epoch, version)) continue;
      findings.add("verify_disagrees", () => `verify misses ${epoch}-${version}, which is in the ledger`);
    }
  }
  for (const { epoch, lastExpected, missingCount } of verify.epochs) {
    const missing = [...versions.missing(epoch, lastExpected)];
    if (missing.length !== missingCount) {
      findings.add(
        "verify_disagrees",
        () => `epoch ${epoch}: verify misses ${missingCount} versions, the ledger lacks ${missing.length}`,
      );
    } else if (missingCount > (listed.get(epoch) ?? 0)) {
      for (const version of missing) named.add(epoch, version);
    }
  }
  return named;
}

export function judgeTotals({ totals, counted, died }: StoreFacts, findings: Findings): void {
  compare("votes", totals.votes);
  if (totals.tally) compare("Redis's tally", totals.tally);
  // Redis counts what Kafka lost until it takes its totals from Postgres.
  if (totals.tallyBefore) compare("Redis's tally before any repair", totals.tallyBefore, deadCounts(died));

  function compare(
    store: string,
    stored: ReadonlyMap<string, number>,
    dead: ReadonlyMap<string, number> = new Map(),
  ): void {
    for (const name of new Set([...counted.keys(), ...stored.keys()])) {
      const [wanted, got, over] = [counted.get(name) ?? 0, stored.get(name) ?? 0, dead.get(name) ?? 0];
      if (got >= wanted && got <= wanted + over) continue;
      findings.add(
        "totals_differ",
        () =>
          `${store}: ${name} has ${got}, the counted rows sum up to ${wanted}` +
          (over > 0 ? `, with what Kafka lost to ${wanted + over}` : ""),
      );
    }
  }
}

function deadCounts(died: Iterable<GraveVote>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { counts = new Map<string, number>() } of died) {
    for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}
