import { type Span, SpanStatusCode } from "@opentelemetry/api";
import { assertEquals, assertRejects } from "@std/assert";
import { duringSpans, sampledParents, TRACED_VOTES_MAX } from "./remote_parents.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

Deno.test("sampledParents() finds the sampled among what is absent, unsampled and garbage, each in its place", () => {
  const texts = [
    undefined,
    `00-${TRACE}-${SPAN}-01`,
    "garbage",
    `00-${TRACE}-${SPAN}-00`,
    `00-${TRACE}-${SPAN}-03`,
  ];
  const parents = sampledParents(texts);
  assertEquals([...parents.keys()], [1, 4]);
  assertEquals(parents.get(1), { traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
  assertEquals(sampledParents([undefined, "", "x"]).size, 0);
});

Deno.test("sampledParents() gives a batch no more spans than its bound", () => {
  const texts = Array.from({ length: 2 * TRACED_VOTES_MAX }, () => `00-${TRACE}-${SPAN}-01`);
  assertEquals(
    [...sampledParents(texts).keys()],
    Array.from({ length: TRACED_VOTES_MAX }, (_, index) => index),
  );
});

/** Writes down what is done to it. */
function fakeSpan(): Span & { readonly done: string[] } {
  const done: string[] = [];
  const span = {
    done,
    end: () => void done.push("end"),
    setAttribute: (key: string, value: unknown) => void done.push(`${key} ${value}`),
    setStatus: ({ code }: { code: SpanStatusCode }) => void done.push(`status ${SpanStatusCode[code]}`),
  };
  return span as unknown as Span & { readonly done: string[] };
}

Deno.test("duringSpans() ends every span when the work does, and marks it where that failed, without the error's text", async () => {
  const [one, other] = [fakeSpan(), fakeSpan()];
  assertEquals(await duringSpans([one, other], () => Promise.resolve(7)), 7);
  assertEquals([one.done, other.done], [["end"], ["end"]]);

  const failed = fakeSpan();
  await assertRejects(
    () => duringSpans([failed], () => Promise.reject(new TypeError("a name"))),
    TypeError,
    "a name",
  );
  assertEquals(failed.done, ["error.type TypeError", "status ERROR", "end"]);
});
