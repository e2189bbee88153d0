/** Honest votes at a rate, and how long they took from the moment they were due. */
import { setTimeout as pause } from "node:timers/promises";
import { createHistogram } from "../../../client/load/histogram.ts";
import { pace } from "../../../client/load/pace.ts";

const BEAT_MS = 2;
const ANSWER_MS_MAX = 30_000;

export interface HonestLoad {
  readonly url: string;
  readonly bodies: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Returns the 99th percentile in ms; throws for a vote that was not accepted. */
export async function honestP99(
  { url, bodies, perSecond, seconds, signal }: HonestLoad,
): Promise<number> {
  const latencies = createHistogram();
  const voting: Promise<void>[] = [];
  const vote = async (n: number, dueMs: number) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: bodies[n % bodies.length] ?? "",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    const text = await response.text();
    latencies.add(performance.now() - dueMs);
    if (!text.includes('"code":"ACCEPTED"')) throw new Error(`Vote: wanted it accepted, got ${text}`);
  };
  await pace({
    perSecond,
    total: perSecond * seconds,
    nowMs: () => performance.now(),
    beat: () => pause(BEAT_MS, undefined, { signal }),
    send: (n, dueMs) => {
      const voted = vote(n, dueMs);
      // Reported below, once all are sent.
      voted.catch(() => {});
      voting.push(voted);
    },
    signal,
  });
  await Promise.all(voting);
  return latencies.percentiles().p99;
}
