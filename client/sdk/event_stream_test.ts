import { assertEquals, assertThrows } from "@std/assert";
import { createEventParser, readEvents } from "./event_stream.ts";

const STREAM = ': hello\n\nevent: next\ndata: {"a":1}\n\n:\n\nevent: next\r\ndata: one\r\ndata:two\r\n\r\n' +
  "data: plain\r\rid: 7\nevent: complete\ndata\n\n";
const EVENTS = [
  { event: "next", data: '{"a":1}' },
  { event: "next", data: "one\ntwo" },
  { event: "message", data: "plain" },
  { event: "complete", data: "" },
];

Deno.test("the parser reads the same events however the stream is cut", () => {
  for (let size = 1; size <= STREAM.length; size++) {
    const parse = createEventParser();
    const events = [];
    for (let at = 0; at < STREAM.length; at += size) events.push(...parse(STREAM.slice(at, at + size)));
    assertEquals(events, EVENTS, `pieces of ${size}`);
  }
});

Deno.test("the parser refuses an event without end", () => {
  const parse = createEventParser();
  assertThrows(() => {
    for (let piece = 0; piece < 100; piece++) parse(`data: ${"x".repeat(100_000)}\n`);
  }, RangeError);
});

Deno.test("readEvents() keeps a character whole that two pieces share, and cancels what it leaves", async () => {
  const bytes = new TextEncoder().encode("data: é\n\n");
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 7));
      controller.enqueue(bytes.slice(7));
    },
    cancel: () => void (isCancelled = true),
  });
  for await (const events of readEvents(body)) {
    if (events.length === 0) continue;
    assertEquals(events, [{ event: "message", data: "é" }]);
    break;
  }
  assertEquals(isCancelled, true);
});
