import { assertEquals } from "@std/assert";
import { createScreen, type Size, wrappedRows } from "./screen.ts";

/** What a terminal shows that does what this screen asks of it: nothing but moving up, and erasing lines. */
function showOn(writes: string[]): string[] {
  const rows = [""];
  let [row, column] = [0, 0];
  // deno-lint-ignore no-control-regex -- escape sequences are what is looked for
  for (const [token] of writes.join("").matchAll(/\x1b\[\??\d*[A-Za-z]|\n|[^\x1b\n]+/g)) {
    // deno-lint-ignore no-control-regex -- the same
    const [, count = "", act] = /^\x1b\[(\d*)([A-Z])$/.exec(token) ?? [];
    if (act === "A") row = Math.max(0, row - Number(count || 1));
    else if (act === "B") row += Number(count || 1);
    else if (act === "G") column = 0;
    else if (act === "K" && count === "2") rows[row] = "";
    else if (act === "K") rows[row] = (rows[row] ?? "").slice(0, column);
    else if (token === "\n") [row, column] = [row + 1, 0];
    else if (!token.startsWith("\x1b")) {
      const before = (rows[row] ?? "").padEnd(column);
      rows[row] = before.slice(0, column) + token + before.slice(column + token.length);
      column += token.length;
    }
    rows[row] ??= "";
  }
  return rows;
}

function createLab(isTerminal = true) {
  const writes: string[] = [];
  const size: Size = { columns: 40, rows: 20 };
  const screen = createScreen({ isTerminal, write: (text) => writes.push(text), size: () => size });
  return { screen, writes, size, shown: () => showOn(writes) };
}

Deno.test("createScreen() keeps the status below the lines, however they come", () => {
  const { screen, shown } = createLab();
  screen.line("one");
  screen.status(() => "parts\nvotes 1");
  screen.line("two");
  screen.status(() => "parts\nvotes 2\nlinks");
  screen.line("three");
  screen.status(() => "parts\nvotes 3");
  assertEquals(shown().slice(0, 6), ["one", "two", "three", "parts", "votes 3", ""]);
});

Deno.test("createScreen() never breaks a line in two: a command must survive being copied", () => {
  const { screen, writes } = createLab();
  const long = "x".repeat(200);
  screen.status(() => "parts");
  screen.line(long);
  assertEquals(writes.join("").includes(`${long}\n`), true);
});

Deno.test("createScreen() writes a line and the status at once, and nothing where nothing changed", () => {
  const { screen, writes } = createLab();
  screen.status(() => "parts");
  screen.line("one");
  screen.status(() => "parts");
  assertEquals(writes.length, 2);
});

Deno.test("createScreen() draws the status again at the new size", () => {
  const { screen, size, shown } = createLab();
  screen.line("one");
  screen.status(({ columns }) => "=".repeat(columns - 1));
  size.columns = 60;
  screen.resized();
  assertEquals(shown(), ["one", "=".repeat(59), ""]);
});

Deno.test("createScreen() leaves lines alone behind, and hides no cursor", () => {
  const { screen, writes, shown } = createLab();
  screen.line("one");
  screen.status(() => "parts\nvotes");
  screen.close();
  screen.line("two");
  assertEquals(shown().filter((row) => row !== ""), ["one", "two"]);
  assertEquals(writes.join("").includes("\x1b[?25l"), false);
});

Deno.test("createScreen() without a terminal writes lines alone", () => {
  const { screen, writes } = createLab(false);
  screen.status(() => "parts");
  screen.line("one");
  screen.resized();
  screen.close();
  assertEquals(writes, ["one\n"]);
});

Deno.test("wrappedRows() counts the rows that a narrower terminal adds", () => {
  assertEquals(wrappedRows(`${"x".repeat(80)}\nshort`, 40), 1);
  assertEquals(wrappedRows(`\x1b[31m${"x".repeat(81)}\x1b[39m`, 40), 2);
  assertEquals(wrappedRows("", 40), 0);
});
