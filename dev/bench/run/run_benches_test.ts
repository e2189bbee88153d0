import { assertEquals, assertRejects } from "@std/assert";
import type { Bench, BenchContext } from "../bench.ts";
import { runBenches } from "./run_benches.ts";
import { ToolMissingError } from "./tools.ts";

function context(signal = new AbortController().signal): BenchContext {
  const createWorld = () => Promise.reject(new Error("no bench here needs a world"));
  return { createWorld, rounds: 1, seconds: 1, signal, say: () => {} };
}

const bench = (name: string, run: Bench["run"]): Bench => ({ name, title: "", run });

Deno.test("runBenches() tells a bench that lacks its tool from one that fails, and runs the next", async () => {
  const results = await runBenches([
    bench("tool", () => Promise.reject(new ToolMissingError("wrk missing"))),
    bench("broken", () => Promise.reject(new Error("not accepted"))),
    bench("good", () => Promise.resolve([{ what: "start", unit: "ms", samples: [1] }])),
  ], context());
  assertEquals(results.map(({ name, kind }) => [name, kind]), [
    ["tool", "skipped"],
    ["broken", "failed"],
    ["good", "measured"],
  ]);
});

Deno.test("runBenches() ends with the signal, and takes no error that it caused for a failure", async () => {
  const stop = new AbortController();
  const stopping = bench("stopping", () => {
    stop.abort();
    return Promise.reject(new Error("its stores went away"));
  });
  await assertRejects(() => runBenches([stopping], context(stop.signal)), DOMException);
});
