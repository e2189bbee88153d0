import { assertEquals } from "@std/assert";
import { findTracer, isSampled, isTraced } from "./tracing.ts";

Deno.test("findTracer() finds none where Deno does not trace, and nothing is traced there", () => {
  assertEquals([findTracer(), isTraced()], [undefined, false]);
});

Deno.test("isSampled() goes by the first flag alone", () => {
  const context = { traceId: "", spanId: "" };
  assertEquals([0, 1, 2, 3].map((traceFlags) => isSampled({ ...context, traceFlags })), [
    false,
    true,
    false,
    true,
  ]);
});
