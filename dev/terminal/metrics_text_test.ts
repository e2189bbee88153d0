import { assertEquals } from "@std/assert";
import { Counter, Gauge, Registry } from "prom-client";
import { readSamples } from "./metrics_text.ts";

Deno.test("readSamples() understands what prom-client writes", async () => {
  const registry = new Registry();
  const votes = new Counter({
    name: "votes_total",
    help: "Votes",
    labelNames: ["code", "note"],
    registers: [registry],
  });
  const depth = new Gauge({ name: "depth", help: "Depth", registers: [registry] });
  new Gauge({ name: "other", help: "Other", registers: [registry] }).set(1);
  votes.inc({ code: "ACCEPTED", note: 'a "b" \\ c, d="e"' }, 1.5e6);
  depth.set(NaN);
  const text = await registry.metrics();
  assertEquals(readSamples(text, new Set(["votes_total", "depth"])), [
    { name: "votes_total", labels: { code: "ACCEPTED", note: 'a "b" \\ c, d="e"' }, value: 1_500_000 },
    { name: "depth", labels: {}, value: NaN },
  ]);
});

Deno.test("readSamples() reads infinities and leaves out what is no sample", () => {
  const text = "# HELP a b\na +Inf\na -Inf\nnonsense\n\na{ 1\n";
  assertEquals(readSamples(text, new Set(["a"])).map(({ value }) => value), [Infinity, -Infinity]);
});
