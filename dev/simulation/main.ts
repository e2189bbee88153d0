/**
 * `deno task simulate [--seeds N] [--first S] [--turns N] [--break NAME] [--trace SEED]`: the project's own relay,
 * persister, guard and rotator over simulated stores, in interleavings and with faults that a seed chooses. Needs no
 * permission. `--trace` tells one history; a seed that fails is printed with the command that replays it.
 */
import { BREAKS } from "./breaks.ts";
import { type HistoryOutcome, runHistory } from "./history.ts";
import { parseOptions, type SimulateOptions } from "./options.ts";
import { replayCommand, reportEvents, sumEvents } from "./report.ts";

/** Failing seeds that are printed before it ends. */
const FAILURES_MAX = 3;

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind === "refused") {
    console.error(
      `${parsed.problem}\n\nusage: simulate [--seeds N] [--first S] [--turns N] [--break NAME] [--trace SEED]`,
    );
    for (const [name, { meaning }] of Object.entries(BREAKS)) {
      console.error(`  --break ${name.padEnd(24)} ${meaning}`);
    }
    return 2;
  }
  return parsed.options.trace === undefined ? await runSeeds(parsed.options) : await trace(parsed.options);
}

async function trace({ trace: seed = 0, turns, broken }: SimulateOptions): Promise<number> {
  const { problems } = await runHistory({ seed, turns, broken, print: console.log });
  console.log(problems.length > 0 ? problems.join("\n") : "All promises kept");
  return problems.length > 0 ? 1 : 0;
}

async function runSeeds({ seeds, first, turns, broken }: SimulateOptions): Promise<number> {
  const events = new Map<string, number>();
  const began = performance.now();
  let failures = 0;
  let ran = 0;
  for (let seed = first; seed < first + seeds && failures < FAILURES_MAX; seed++) {
    const outcome: HistoryOutcome = await runHistory({ seed, turns, broken });
    sumEvents(events, outcome.events);
    ran += 1;
    if (outcome.problems.length === 0) continue;
    failures += 1;
    console.log(`seed ${seed}: ${outcome.problems[0]}\n  ${replayCommand({ seed, turns, broken })}`);
  }
  console.log(reportEvents(events));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${ran} seeds in ${seconds} s, ${failures} with a broken promise`);
  return failures > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
