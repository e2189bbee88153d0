/** Reads the ledger, after the whole history, and holds every row to what was asked and answered. */
import { contentKey } from "./content_key.ts";
import type { GraveVote, LedgerRow } from "./ledger_row.ts";
import { ACCEPTED, type RequestTable, UNKNOWN_ANSWER } from "./request_table.ts";
import { createVersionMap } from "./version_map.ts";
import type { Findings } from "./violations.ts";

export interface RowJudgeDeps {
  readonly requests: RequestTable;
  readonly findings: Findings;
}

const COUNTED_MAX = 255;

export function createRowJudge({ requests, findings }: RowJudgeDeps) {
  const versions = createVersionMap();
  const graves = new Map<string, GraveVote>();
  const totals = new Map<string, number>();
  const seen = { rows: 0, counted: 0, repeats: 0 };

  function onRequest(row: LedgerRow, index: number): void {
    const flags = requests.flags.get(index);
    if ((flags & (ACCEPTED | UNKNOWN_ANSWER)) === 0) findings.add("refused_but_stored", () => describe(row));
    if (row.isRepeat) return;
    const times = requests.counted.get(index);
    requests.counted.set(index, Math.min(times + 1, COUNTED_MAX));
    if (times !== 1) return;
    findings.add((flags & ACCEPTED) === 0 ? "unknown_doubled" : "doubled", () => describe(row));
  }

  return {
    versions,
    totals,
    seen,
    /** Those that are not in the ledger, once it was read. */
    graves,
    /** Before the first row. One may lie in several: the last to die counts. */
    addGraves(votes: readonly GraveVote[]): void {
      for (const vote of votes) {
        const known = graves.get(vote.voteId);
        if (!known || known.diedT < vote.diedT) graves.set(vote.voteId, vote);
      }
    },
    /** After the last row: these lie in Kafka, so they did not die, and the ledger should have them. */
    excuseNot(voteIds: Iterable<string>): void {
      for (const voteId of voteIds) graves.delete(voteId);
    },
    row(row: LedgerRow): void {
      seen.rows++;
      graves.delete(row.voteId);
      if (!versions.add(row.epoch, row.version)) findings.add("version_clash", () => describe(row));
      if (row.isRepeat) seen.repeats++;
      else {
        seen.counted++;
        row.names.forEach((name, place) =>
          totals.set(name, (totals.get(name) ?? 0) + (row.counts[place] ?? 0))
        );
      }
      const { requestId } = row;
      if (requestId === undefined || !requests.knows(requestId)) {
        return findings.add("nobody_asked", () => describe(row));
      }
      const index = requests.find(requestId, contentKey(row));
      if (index === undefined) findings.add("content_differs", () => describe(row));
      else onRequest(row, index);
    },
  };
}

function describe({ voteId, epoch, version, requestId, names, counts, voter, isRepeat }: LedgerRow): string {
  return `${isRepeat ? "repeat" : "vote"} ${voteId} (${epoch}-${version}) of request ${
    requestId ?? "none"
  }: ` +
    `${names.map((name, place) => `${name} +${counts[place]}`).join(", ")}${voter ? ` by ${voter}` : ""}`;
}
