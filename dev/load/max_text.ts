/** The outcome of a search for the highest rate, for people. */
import { LAG_P99_MS_MAX, LATENCY_P99_MS_MAX } from "../../client/load/verdict.ts";
import type { MaxReport } from "./find_max.ts";

/** What a search for the highest rate has found. */
export function maxText({ highestHeld, highestSustained, isFound }: MaxReport, seconds: number): string {
  return [
    "",
    `highest rate held with p99 <= ${LATENCY_P99_MS_MAX} ms of the vote and <= ${LAG_P99_MS_MAX} ms of the lag: ` +
    `${highestHeld} votes/s`,
    `highest rate sustained for ${seconds} s, lag not growing and nothing refused or left unsent: ` +
    `${highestSustained} votes/s`,
    ...(isFound ? [] : ["not found within bounds: each rate that was tried was sustained"]),
  ].join("\n");
}
