/** What a run says of itself: how often each kind of event happened, and how a failing seed is seen again. */
import type { BreakName } from "./breaks.ts";
import { TURNS } from "./history.ts";

export function sumEvents(sum: Map<string, number>, events: ReadonlyMap<string, number>): void {
  for (const [event, count] of events) sum.set(event, (sum.get(event) ?? 0) + count);
}

/** One line for each kind, in order of names. */
export function reportEvents(events: ReadonlyMap<string, number>): string {
  return [...events].toSorted(([one], [other]) => one < other ? -1 : 1)
    .map(([event, count]) => `${String(count).padStart(10)}  ${event}`)
    .join("\n");
}

export function replayCommand(
  { seed, turns = TURNS, broken }: { seed: number; turns?: number; broken?: BreakName | undefined },
): string {
  const options = [
    ...(turns === TURNS ? [] : [`--turns ${turns}`]),
    ...(broken === undefined ? [] : [`--break ${broken}`]),
  ];
  return ["npx -y deno task simulate", `--trace ${seed}`, ...options].join(" ");
}
