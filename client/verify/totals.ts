/** Compares totals name by name: Redis with `votes`, and `votes` with the events that it sums up. */
import type { TotalsRow } from "./ledger.ts";
import { EXAMPLES_MAX, type Finding, type NameDifference, type SumDifference } from "./report.ts";

export interface TotalsComparison {
  add(row: TotalsRow): void;
  /** To be asked once every name of Postgres was added. */
  finish(): ComparedTotals;
}

export interface ComparedTotals {
  readonly findings: readonly Finding[];
  readonly redis: { readonly names: number; readonly sum: number };
  readonly votes: { readonly names: number; readonly sum: number; readonly sumAfter: number };
}

/**
 * Takes the tally over and leaves it empty: of a million names one copy is enough. A total of 0 and a name that is not
 * there are the same, as they are to whoever asks for a total.
 */
export function compareTotals(tally: Map<string, number>): TotalsComparison {
  const redis = { names: tally.size, sum: sumOf(tally.values()) };
  const votes = { names: 0, sum: 0, sumAfter: 0 };
  const differing = createExamples<NameDifference>();
  const onlyInVotes = createExamples<NameDifference>();
  const onlyInRedis = createExamples<NameDifference>();
  const sums = createExamples<SumDifference>();

  return {
    add({ name, ...row }) {
      const [count, events, after] = [
        Number(row.votes ?? 0),
        Number(row.events ?? 0),
        Number(row.after ?? 0),
      ];
      if (row.votes !== null) votes.names += 1;
      votes.sum += count;
      votes.sumAfter += after;
      if (count !== events) sums.add({ name, votes: count, events });
      const total = tally.get(name);
      tally.delete(name);
      const compared = { name, redis: total ?? 0, votes: count - after };
      if (compared.redis !== compared.votes) (total === undefined ? onlyInVotes : differing).add(compared);
    },
    finish() {
      for (const [name, total] of tally) if (total !== 0) onlyInRedis.add({ name, redis: total, votes: 0 });
      tally.clear();
      const findings: Finding[] = [
        { kind: "votes_differ_from_events", ...sums.taken() },
        { kind: "total_differs", ...differing.taken() },
        { kind: "only_in_redis", ...onlyInRedis.taken() },
        { kind: "only_in_votes", ...onlyInVotes.taken() },
      ];
      return {
        findings: findings.filter((finding) => "count" in finding && finding.count > 0),
        redis,
        votes,
      };
    },
  };
}

/** Counts all and keeps some. */
function createExamples<T extends { readonly name: string }>() {
  const names: T[] = [];
  let count = 0;
  return {
    add(example: T) {
      count += 1;
      if (names.length < EXAMPLES_MAX) names.push(example);
    },
    taken: () => ({ count, names: names.sort((a, b) => a.name < b.name ? -1 : 1) }),
  };
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const each of numbers) sum += each;
  return sum;
}
