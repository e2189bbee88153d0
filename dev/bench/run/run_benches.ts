/** Runs benches one after the other; one that fails does not keep the next from running. */
import type { Bench, BenchContext } from "../bench.ts";
import type { BenchResult } from "./bench_result.ts";
import { judge } from "./judge.ts";
import { ToolMissingError } from "./tools.ts";

export async function runBenches(benches: readonly Bench[], context: BenchContext): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const bench of benches) {
    context.signal.throwIfAborted();
    context.say(`${bench.name}: ${bench.title}`);
    results.push(await runBench(bench, context));
  }
  return results;
}

async function runBench(bench: Bench, context: BenchContext): Promise<BenchResult> {
  const { name, title } = bench;
  const { say, signal } = context;
  try {
    const figures = (await bench.run({ ...context, say: (text) => say(`  ${text}`) })).map(judge);
    return { name, title, kind: "measured", figures };
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const kind = error instanceof ToolMissingError ? "skipped" : "failed";
    say(`${name}: ${kind}: ${reason}`);
    if (kind === "failed" && error instanceof Error) say(error.stack ?? "");
    return { name, title, kind, reason };
  }
}
