/**
 * Asks the programs for their metrics once a second, and tells what they come to. One that does not answer in time is left
 * out of that round: a status must not wait for what it tells of.
 */
import { pause } from "../stack/backoff.ts";
import { LOOPBACK } from "../stack/ports.ts";
import { computeFigures, type Figures, METRIC_NAMES, type Reading } from "./figures.ts";
import { readSamples, type Sample } from "./metrics_text.ts";

const EVERY_MS = 1_000;
const ANSWER_DEADLINE_MS = 900;

export interface WatchFiguresOptions {
  /** By program: where it answers /metrics. */
  opsPorts: ReadonlyMap<string, number>;
  onFigures: (figures: Figures) => void;
  stopping: AbortSignal;
}

/** Settles when the signal has fired and nothing is under way any more. */
export async function watchFigures(options: WatchFiguresOptions): Promise<void> {
  let last: { reading: Reading; figures: Figures } | undefined;
  while (!options.stopping.aborted) {
    const reading = await readAll(options);
    if (options.stopping.aborted) return;
    const figures = computeFigures(reading, last);
    last = { reading, figures };
    options.onFigures(figures);
    await pause(EVERY_MS, options.stopping).catch(() => {});
  }
}

async function readAll({ opsPorts, stopping }: WatchFiguresOptions): Promise<Reading> {
  const samples = await Promise.all(
    [...opsPorts].map(async ([program, port]) => [program, await readOne(port, stopping)] as const),
  );
  return { atMs: performance.now(), samples: new Map(samples) };
}

async function readOne(port: number, stopping: AbortSignal): Promise<Sample[] | undefined> {
  try {
    const response = await fetch(`http://${LOOPBACK}:${port}/metrics`, {
      signal: AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_DEADLINE_MS)]),
    });
    return readSamples(await response.text(), METRIC_NAMES);
  } catch {
    return undefined;
  }
}
