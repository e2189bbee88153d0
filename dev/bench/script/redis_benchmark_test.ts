import { assertEquals, assertThrows } from "@std/assert";
import { parseRedisBenchmark } from "./redis_benchmark.ts";

Deno.test("parseRedisBenchmark() reads the final rate behind the progress", () => {
  const text =
    "EVALSHA x: rps=51200.0 (overall: 50100.0) avg_msec=0.5\rEVALSHA x: 52356.02 requests per second, p50=0.527 msec\n";
  assertEquals(parseRedisBenchmark(text), 52356.02);
  assertThrows(() => parseRedisBenchmark("ERR"), Error, "wanted a rate");
});
