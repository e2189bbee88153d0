/**
 * `deno task bench [name ...]`: measures what CAST promises of its speed, each thing beside its limit, on real stores
 * of its own. Exits with 0 when no bench failed, 1 when one did (with --strict also when one was skipped or a wanted
 * value missed), 2 when it could not run.
 */
import process from "node:process";
import { createWorld } from "../../shared/testing/world.ts";
import { launch } from "../stack/launcher.ts";
import { SetupError } from "../stack/setup_error.ts";
import { BENCHES } from "./bench_list.ts";
import { type BenchArguments, parseBenchArguments, USAGE } from "./run/arguments.ts";
import { isBad } from "./run/is_bad.ts";
import { describeMachine } from "./run/machine.ts";
import { runBenches } from "./run/run_benches.ts";
import { startBenchStores } from "./run/stores.ts";
import { resultTable } from "./run/table.ts";

const COULD_NOT_RUN = 2;

async function main(stopping: AbortSignal): Promise<number> {
  // kafkajs sets timers to the past, which is harmless and said often.
  process.removeAllListeners("warning");
  let args: BenchArguments;
  try {
    args = parseBenchArguments(Deno.args, BENCHES.map(({ name }) => name));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage()}`);
    return COULD_NOT_RUN;
  }
  if (args.help) {
    console.log(usage());
    return 0;
  }
  try {
    return await measure(args, stopping);
  } catch (error) {
    stopping.throwIfAborted();
    console.error(error instanceof SetupError ? error.message : error);
    return COULD_NOT_RUN;
  }
}

async function measure(args: BenchArguments, stopping: AbortSignal): Promise<number> {
  const { rounds, seconds } = args;
  const say = sayWith(args.json);
  const stores = await startBenchStores({ wanted: args.stores, say, signal: stopping });
  try {
    const createBenchWorld = () => createWorld(stores.addresses);
    const machine = await createBenchWorld().then(async (world) => {
      await using _ = world;
      return await describeMachine(world);
    });
    say(`stores: ${stores.about}; Redis ${machine.redis} on ${machine.redisAllocator}`);
    const wanted = args.names.length > 0 ? args.names : BENCHES.map(({ name }) => name);
    const benches = wanted.flatMap((name) => BENCHES.filter((bench) => bench.name === name));
    const context = { createWorld: createBenchWorld, rounds, seconds, signal: stopping, say };
    const results = await runBenches(benches, context);
    const report = { machine: { ...machine, stores: stores.about }, rounds, seconds, benches: results };
    console.log(args.json ? JSON.stringify(report, undefined, 2) : `\n${resultTable(results)}`);
    return isBad(results, args) ? 1 : 0;
  } finally {
    await stores.stop();
  }
}

/** Progress goes to standard error, so that standard output holds the result alone. */
function sayWith(json: boolean): (text: string) => void {
  const begunAt = performance.now();
  const seconds = () => ((performance.now() - begunAt) / 1000).toFixed(0).padStart(5);
  return (text) => (json ? console.error : console.log)(`${seconds()} s  ${text}`);
}

function usage(): string {
  const width = Math.max(...BENCHES.map(({ name }) => name.length));
  return `${USAGE}\n\nBenches:\n${
    BENCHES.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join("\n")
  }`;
}

if (import.meta.main) await launch(main);
