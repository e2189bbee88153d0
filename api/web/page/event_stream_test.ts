import { assertEquals, assertThrows } from "@std/assert";
import { createEventReader, EVENT_LENGTH_MAX } from "./event_stream.js";

function read(...pieces: readonly string[]): unknown[] {
  const events: unknown[] = [];
  const push = createEventReader((event) => events.push(event));
  pieces.forEach(push);
  return events;
}

Deno.test("the reader gives each event with its data, wherever the text was cut", () => {
  const text =
    ':\n\nevent: next\ndata: {"a":1}\n\nevent: next\r\ndata:x\r\ndata: y\r\n\r\nevent: complete\ndata:\n\n';
  const wanted = [
    { event: "next", data: '{"a":1}' },
    { event: "next", data: "x\ny" },
    { event: "complete", data: "" },
  ];
  assertEquals(read(text), wanted);
  assertEquals(read(...text), wanted);
  for (let cut = 0; cut < text.length; cut++) assertEquals(read(text.slice(0, cut), text.slice(cut)), wanted);
});

Deno.test("the reader takes heartbeats and fields it does not know for nothing", () => {
  assertEquals(read(": ping\n\n", "id: 7\nretry: 5\n\n", "\n\n"), []);
});

Deno.test("the reader keeps back an event that has not ended", () => {
  assertEquals(read("event: next\ndata: 1\n"), []);
});

Deno.test("the reader gives up on an event that does not end", () => {
  const piece = "x".repeat(EVENT_LENGTH_MAX + 1);
  assertThrows(() => read(`data: ${piece}`), Error, "does not end");
  assertThrows(() => read(...Array.from({ length: 20 }, () => `data: ${piece.slice(0, 100_000)}\n`)), Error);
});
