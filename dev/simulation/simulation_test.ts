/** The protocol's own logic over ten thousand seeds, and proof that those seeds are rich: each kind of event did occur. */
import { assert, assertEquals } from "@std/assert";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import { FAULT_WEIGHTS } from "./fault_names.ts";
import { runHistory } from "./history.ts";
import { replayCommand, reportEvents, sumEvents } from "./report.ts";
import type { RangeOutcome, SeedRange } from "./worker.ts";

const SEEDS = 10_000;
/** One for each core of a small machine; more would only wait for one another. */
const WORKERS = 2;
/** So that two workers end at about the same time. */
const RANGE_SEEDS = 250;

/** A range takes a second or two; this is for a history that hangs. */
const RANGE_MS_MAX = 180_000;

/** What all seeds together must have seen at least so often: about half of what they do see. */
const EVENTS_MIN: Readonly<Record<string, number>> = {
  "vote counted": 40000,
  "vote unknown": 10000,
  "first answer given again": 15000,
  "request id used again": 5000,
  "vote refused: NOT_READY": 40000,
  "vote refused: OVERLOADED": 2000,
  "vote refused: POLL_CLOSED": 10000,
  "vote refused: REQUEST_ID_CONFLICT": 1000,
  "vote refused: TICKET_EXHAUSTED": 10000,
  "vote refused: TICKET_EXPIRED": 40000,
  "mint: minted": 50000,
  "mint: not_ready": 300,
  "mint: stale": 50,
  "shard opened, kept": 2500,
  "shard opened, restored": 10000,
  "log reopen_superseded": 5000,
  "drain waited for": 4000,
  "reopened: closed": 20000,
  "reopened: epoch_differs": 1000,
  "reopened: carried_differs": 5,
  "reopened: clock_stepped_back": 300,
  "vote carried, plus": 3000,
  "vote carried, minus": 30,
  "vote found carried before": 20,
  "poll switched": 10000,
  "poll not switched": 1000,
  "poll change obeyed": 1000,
  "poll change superseded": 2,
  "poll adopted": 25,
  "log poll_superseded": 30,
  "close forgotten by both stores": 5,
  "contested vote: counted": 100,
  "contested vote: repeat": 50,
  "records delivered again": 5000,
  "vote sent twice": 20000,
  "log batch_ahead_of_ledger": 150,
  "persister waited for a guard": 5000,
  "trim given up: another Redis": 300,
  "answer of Redis lost": 15000,
  "answer of Postgres lost": 5000,
  "answer of Kafka lost": 1500,
  "crash before the answer": 1500,
  "crash of a relay": 2000,
  "crash of a persister": 2000,
  "crash of a guard": 2000,
  "crash of a rotator": 2000,
};
/** Every kind of fault strikes at least so often. */
const FAULTS_MIN = 2000;

/** Takes ranges until none is left. */
async function runRanges(ranges: SeedRange[], outcomes: RangeOutcome[]): Promise<void> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  try {
    for (let range = ranges.shift(); range; range = ranges.shift()) {
      const answered = Promise.withResolvers<RangeOutcome>();
      worker.onmessage = ({ data }: MessageEvent<RangeOutcome>) => answered.resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        answered.reject(new Error(`Run seeds from ${range?.first} on: ${event.message}`));
      };
      worker.postMessage(range);
      // A program that awaited something else than a store would never come back to the scheduler.
      const what = `Run seeds ${range.first} to ${range.end - 1}`;
      outcomes.push(await withinDeadline(() => answered.promise, { ms: RANGE_MS_MAX, what }));
    }
  } finally {
    worker.terminate();
  }
}

Deno.test(`simulation keeps every promise in ${SEEDS} histories, and these see all that can go wrong`, async () => {
  const ranges: SeedRange[] = [];
  for (let first = 0; first < SEEDS; first += RANGE_SEEDS) ranges.push({ first, end: first + RANGE_SEEDS });
  const outcomes: RangeOutcome[] = [];
  await Promise.all(Array.from({ length: WORKERS }, () => runRanges(ranges, outcomes)));

  const failures = outcomes.flatMap((outcome) => outcome.failures)
    .map(({ seed, problem }) => `seed ${seed}: ${problem}\n  ${replayCommand({ seed })}`);
  assertEquals(failures.length, 0, failures.slice(0, 3).join("\n"));

  const events = new Map<string, number>();
  for (const outcome of outcomes) sumEvents(events, outcome.events);
  console.log(reportEvents(events));
  const faults = Object.keys(FAULT_WEIGHTS).map((fault): [string, number] => [`fault ${fault}`, FAULTS_MIN]);
  for (const [event, min] of [...Object.entries(EVENTS_MIN), ...faults]) {
    assert((events.get(event) ?? 0) >= min, `${event}: ${events.get(event) ?? 0} times, wanted ${min}`);
  }
});

Deno.test("runHistory() tells the same history for the same seed", async () => {
  const tell = async (seed: number) => {
    const lines: string[] = [];
    await runHistory({ seed, print: (line) => lines.push(line) });
    return lines;
  };
  const told = await tell(7);
  assert(told.length > 50);
  assertEquals(await tell(7), told);
  assert((await tell(8)).join() !== told.join());
});
