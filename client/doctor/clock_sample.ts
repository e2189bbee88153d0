/** Clocks of the parts, as seen from here: how far each is from this machine's, and what they are to each other. */
import type { Notes } from "./finding.ts";

export interface ClockSample {
  readonly whose: string;
  /** Its clock less ours. */
  readonly offsetMs: number;
  /** It may be off by so much more: what the answer took, and how finely the clock was told. */
  readonly uncertaintyMs: number;
}

/** Only Redis's clock judges, so this is for reading logs and votes' times, and for voters whose countdown it shifts. */
const SKEW_MS_MAX = 2000;

/** Reads a clock in ms since 1970. */
export async function sampleClock(
  whose: string,
  { read, nowMs }: { read: () => Promise<number>; nowMs: () => number },
): Promise<ClockSample> {
  const askedMs = nowMs();
  const clockMs = await read();
  const answeredMs = nowMs();
  return {
    whose,
    offsetMs: clockMs - (askedMs + answeredMs) / 2,
    uncertaintyMs: (answeredMs - askedMs) / 2,
  };
}

export function judgeClocks(samples: readonly ClockSample[], notes: Notes): void {
  const all = [{ whose: "this machine", offsetMs: 0, uncertaintyMs: 0 }, ...samples];
  if (samples.length === 0) return notes.skipped("skew", "no clock was read");
  const byOffset = all.toSorted((left, right) => left.offsetMs - right.offsetMs);
  const [slowest, fastest] = [byOffset[0], byOffset.at(-1)];
  if (!slowest || !fastest) return;
  const skewMs = fastest.offsetMs - slowest.offsetMs - fastest.uncertaintyMs - slowest.uncertaintyMs;
  if (skewMs <= SKEW_MS_MAX) {
    return notes.ok("skew", `${all.map(({ whose }) => whose).join(", ")} agree within ${SKEW_MS_MAX} ms`);
  }
  notes.warn("skew", {
    says: `the clock of ${fastest.whose} is ${Math.round(skewMs)} ms ahead of that of ${slowest.whose}`,
    mend:
      "Set the clocks by NTP: votes are judged by Redis's clock alone, but times in logs and countdowns differ",
  });
}
