import { assertEquals } from "@std/assert";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

Deno.test("parseTraceparent() reads what formatTraceparent() wrote, sampled or not", () => {
  for (const traceFlags of [0, 1, 255]) {
    const context = { traceId: TRACE, spanId: SPAN, traceFlags };
    assertEquals(parseTraceparent(formatTraceparent(context)), { ...context, isRemote: true });
  }
  assertEquals(formatTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags: 1 }), `00-${TRACE}-${SPAN}-01`);
});

Deno.test("parseTraceparent() takes nothing else for one", () => {
  const wrong = [
    "",
    "garbage",
    `01-${TRACE}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-0g`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE.slice(1)}-${SPAN}-01 `,
    "x".repeat(1_000_000),
  ];
  for (const text of [undefined, ...wrong]) {
    assertEquals(parseTraceparent(text), undefined, text?.slice(0, 60));
  }
});
