/**
 * `deno task chaos`: real stores of its own, two of each program, an open-loop load, and faults from a seed; then the
 * history of every call is held to the ledger, to Redis and to verify. Exits with 0 when every promise was kept, 1 when one
 * was broken, 2 when it could not run.
 */
import process from "node:process";
import { type Checkout, createCheckout } from "../stack/checkout.ts";
import { launch } from "../stack/launcher.ts";
import { SetupError } from "../stack/setup_error.ts";
import { bugNamed, BUGS } from "./bugs/bug_list.ts";
import { FAULTS, LIMIT_FAULTS, pickFaults } from "./faults/fault_list.ts";
import { type ChaosArguments, parseChaosArguments, USAGE } from "./run/arguments.ts";
import { bugTable } from "./run/bug_table.ts";
import { verdictJson, verdictText } from "./run/print_verdict.ts";
import { type BugVerdict, runBug } from "./run/run_bug.ts";
import { DEFAULT_USES, MANY_USES, runChaos } from "./run/run_chaos.ts";
import { isBroken } from "./run/verdict.ts";

const COULD_NOT_RUN = 2;
/** Of the phase at the default uses, against that of the main phase. */
const LIMIT_SHARE = 0.3;
const LIMIT_MS_MIN = 15_000;

async function main(stopping: AbortSignal): Promise<number> {
  // kafkajs sets timers to the past, which is harmless and said often.
  process.removeAllListeners("warning");
  let args: ChaosArguments;
  try {
    args = parseChaosArguments(Deno.args, () => crypto.getRandomValues(new Uint32Array(1))[0]! >>> 1);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return COULD_NOT_RUN;
  }
  if (args.act.kind === "help") console.log(USAGE);
  if (args.act.kind === "list") {
    for (const { name, about } of FAULTS) console.log(`${name.padEnd(44)} ${about}`);
  }
  try {
    if (args.act.kind === "run") return await runFaults(args, stopping);
    if (args.act.kind === "bugs") return await runBugs(args, stopping);
    return 0;
  } catch (error) {
    stopping.throwIfAborted();
    console.error(error instanceof SetupError ? error.message : error);
    return COULD_NOT_RUN;
  }
}

async function runFaults(args: ChaosArguments, stopping: AbortSignal): Promise<number> {
  const { seed, minutes, perSecond, json } = args;
  const faults = pickFaults(args.faults);
  const limitFaults = LIMIT_FAULTS.filter((fault) => faults.includes(fault));
  const durationMs = minutes * 60_000;
  const limitMs = Math.max(LIMIT_MS_MIN, durationMs * LIMIT_SHARE);
  const say = sayWith(json);
  say(`seed ${seed}`);
  const verdict = await runChaos({
    ...common(stopping, say),
    seed,
    perSecond,
    phases: [
      { faults, durationMs, uses: MANY_USES },
      {
        faults: limitFaults.length > 0 ? limitFaults : faults,
        durationMs: limitMs,
        uses: DEFAULT_USES,
      },
    ],
  });
  const command = `deno task chaos --seed ${seed} --minutes ${minutes} --rate ${perSecond}` +
    (args.faults.length > 0 ? ` --faults ${args.faults.join(",")}` : "");
  console.log(json ? verdictJson(verdict, command) : verdictText(verdict, command));
  return isBroken(verdict) ? 1 : 0;
}

async function runBugs(args: ChaosArguments, stopping: AbortSignal): Promise<number> {
  if (args.act.kind !== "bugs") return COULD_NOT_RUN;
  const { bug, unbroken } = args.act;
  const bugs = bug === undefined ? BUGS : [bugNamed(bug)];
  const say = sayWith(args.json);
  const verdicts: BugVerdict[] = [];
  for (const each of bugs) {
    if (stopping.aborted) break;
    say(`${each.name}${unbroken ? ", without the bug" : ""}`);
    const options = { ...common(stopping, say), seed: args.seed, perSecond: args.perSecond, unbroken };
    const verdict = await runBug(each, options);
    verdicts.push(verdict);
    say(`${each.name}: ${verdict.caughtBy.join(", ") || "nothing found"}`);
  }
  console.log(args.json ? JSON.stringify(verdicts) : bugTable(verdicts, { unbroken }));
  return verdicts.length === bugs.length && verdicts.every(({ isAsWanted }) => isAsWanted) ? 0 : 1;
}

function common(
  signal: AbortSignal,
  say: (text: string) => void,
): {
  checkout: Checkout;
  environment: Record<string, string>;
  signal: AbortSignal;
  say: (text: string) => void;
} {
  return { checkout: createCheckout(), environment: Deno.env.toObject(), signal, say };
}

/** Progress goes to standard error, so that standard output holds the result alone. */
function sayWith(json: boolean): (text: string) => void {
  const begunAt = performance.now();
  const seconds = () => ((performance.now() - begunAt) / 1000).toFixed(0).padStart(5);
  return (text) => (json ? console.error : console.log)(`${seconds()} s  ${text}`);
}

/** What nobody caught says nothing of the promises, so it must not end as one that was broken; first, before the launcher's. */
function exitUncaught(error: unknown): never {
  console.error(error);
  Deno.exit(COULD_NOT_RUN);
}

if (import.meta.main) {
  globalThis.addEventListener("error", (event) => exitUncaught(event.error));
  globalThis.addEventListener("unhandledrejection", (event) => exitUncaught(event.reason));
  await launch(main);
}
