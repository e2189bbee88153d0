import { assertEquals } from "@std/assert";
import { createPaint, harmless, readTerminal } from "./paint.ts";

Deno.test("createPaint() colours only where colours are wanted", () => {
  assertEquals(createPaint(true)("red", "down"), "\x1b[31mdown\x1b[39m");
  assertEquals(createPaint(false)("red", "down"), "down");
});

Deno.test("readTerminal() honours NO_COLOR and writes to a dumb terminal as to a file", () => {
  const read = (environment: Record<string, string>, isTerminal = true) =>
    readTerminal({ isTerminal, environment });
  assertEquals(read({ TERM: "xterm" }), { isTerminal: true, isColoured: true });
  assertEquals(read({ TERM: "xterm", NO_COLOR: "1" }), { isTerminal: true, isColoured: false });
  assertEquals(read({ NO_COLOR: "" }), { isTerminal: true, isColoured: true });
  assertEquals(read({ TERM: "dumb" }), { isTerminal: false, isColoured: false });
  assertEquals(read({}, false), { isTerminal: false, isColoured: false });
});

Deno.test("harmless() takes out what would move the cursor, and cuts to a bound", () => {
  assertEquals(harmless("a\x1b[2Jb\r\nc\x07", 20), "ab c ");
  assertEquals(harmless("123456", 4), "123…");
  assertEquals(harmless("1234", 4), "1234");
});
