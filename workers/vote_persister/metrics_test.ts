import { assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import { createPersisterMetrics } from "./metrics.ts";

Deno.test("the reasons of dead letters are a closed set: what is new has a series that is there already", async () => {
  const registry = new Registry();
  const metrics = createPersisterMetrics(registry);
  const shown = async () =>
    (await registry.metrics()).split("\n").filter((line) => line.startsWith("cast_dead_letters_total{"));
  const reasons = ["not_json", "unknown_version", "invalid_field", "refused_by_postgres", "other"];
  assertEquals(await shown(), reasons.map((reason) => `cast_dead_letters_total{reason="${reason}"} 0`));
  metrics.buried("not_json");
  metrics.buried("what a stranger wrote");
  const counted = (await shown()).filter((line) => line.endsWith(" 1"));
  assertEquals(
    counted,
    ["not_json", "other"].map((reason) => `cast_dead_letters_total{reason="${reason}"} 1`),
  );
});
