/**
 * What the runner saw happen: every line of every program that tells of a fault or of the way out of it, counted under a
 * short label. A fault that left no trace here does not count.
 */

/** One line of a program's log, or of the runner's own. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string };

export interface Sighting {
  readonly atMs: number;
  /** `outbox_relay_1`, or `runner`. */
  readonly source: string;
  readonly label: string;
  /** How many of it: votes for redeliveries, 1 for most. */
  readonly count: number;
  readonly line: LogLine;
}

export type Counts = Readonly<Record<string, number>>;

export interface Sightings {
  add(source: string, line: LogLine): void;
  /** Everything seen from this mark on, by label. */
  since(mark: number): Counts;
  list(mark: number): readonly Sighting[];
  /** The place in the list to which everything has been seen. */
  mark(): number;
}

/** Far more than one fault brings: what is older, nobody asks for any more. */
const SIGHTINGS_MAX = 500_000;

export function createSightings(now: () => number = Date.now, max: number = SIGHTINGS_MAX): Sightings {
  let seen: Sighting[] = [];
  let dropped = 0;
  const list = (mark: number) => seen.slice(Math.max(0, mark - dropped));
  return {
    add(source, line) {
      const labelled = labelOf(line);
      if (!labelled) return;
      seen.push({ atMs: now(), source, line, ...labelled });
      if (seen.length <= max) return;
      // Half at once: a list that is shifted line by line costs its whole length each time.
      const tooMany = Math.ceil(max / 2);
      seen = seen.slice(tooMany);
      dropped += tooMany;
    },
    mark: () => dropped + seen.length,
    list,
    since: (mark) => countByLabel(list(mark)),
  };
}

function countByLabel(list: readonly Sighting[]): Counts {
  const counts: Record<string, number> = {};
  for (const { label, count } of list) counts[label] = (counts[label] ?? 0) + count;
  return counts;
}

/** Routine that says nothing of a fault. */
const UNTOLD: ReadonlySet<string> = new Set([
  "api_listening",
  "program_started",
  "kafka_reported",
  "runtime_warned",
  "epoch_sealed",
  "drain_waiting",
]);

function labelOf(line: LogLine): { label: string; count: number } | undefined {
  const { event } = line;
  if (event === undefined || UNTOLD.has(event)) return undefined;
  if (event === "shard_opened") return { label: `shard_${line["kind"]}`, count: 1 };
  if (event === "shard_claimed") return { label: `claimed_${line["reason"]}`, count: 1 };
  if (event === "vote_contested") return { label: `vote_contested_${line["outcome"]}`, count: 1 };
  if (event === "point_hit") return { label: `${line["how"]}_${line["point"]}`, count: 1 };
  if (event === "program_died") return { label: `${line["program"]}_died_${line["how"]}`, count: 1 };
  if (event === "votes_carried") return { label: event, count: Number(line["newCount"]) };
  if (event === "votes_redelivered") return { label: event, count: Number(line["count"]) };
  return { label: event, count: 1 };
}
