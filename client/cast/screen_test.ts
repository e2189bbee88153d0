import { assertEquals } from "@std/assert";
import { createProgress, progressText } from "./progress.ts";
import { createTestScreen } from "./testing/run_cast.ts";

Deno.test("paint() colours on a terminal alone, and never where NO_COLOR is set", () => {
  const painted = (options: { isTerminal: boolean; noColor?: string }) => {
    const { screen } = createTestScreen(options);
    return [screen.paint("red", "no"), screen.paintError("red", "no")];
  };
  const red = "\x1b[31mno\x1b[39m";
  assertEquals(painted({ isTerminal: true }), [red, red]);
  assertEquals(painted({ isTerminal: true, noColor: "" }), [red, red]);
  assertEquals(painted({ isTerminal: true, noColor: "1" }), ["no", "no"]);
  assertEquals(painted({ isTerminal: false }), ["no", "no"]);
});

Deno.test("redraw() draws in the same place on a terminal, and writes plain lines elsewhere", () => {
  const terminal = createTestScreen({ isTerminal: true });
  terminal.screen.redraw(["a", "b"]);
  terminal.screen.redraw(["c"]);
  assertEquals(terminal.stdout(), "\r\x1b[2Ka\n\r\x1b[2Kb\n\x1b[0J\x1b[2A\r\x1b[2Kc\n\x1b[0J");
  const pipe = createTestScreen({ isTerminal: false });
  pipe.screen.redraw(["a"]);
  pipe.screen.redraw(["b"]);
  assertEquals(pipe.stdout(), "a\nb\n");
});

Deno.test("status() is drawn on a terminal alone, cut to its width, and wiped before a line", () => {
  const terminal = createTestScreen({ isTerminal: true });
  terminal.screen.status("x".repeat(80));
  terminal.screen.complain("done");
  assertEquals(terminal.stderr(), `\r\x1b[2K${"x".repeat(58)}…\r\x1b[2Kdone\n`);
  const pipe = createTestScreen({ isTerminal: false });
  pipe.screen.status("busy");
  assertEquals(pipe.stderr(), "");
});

Deno.test("createProgress() draws at most ten times a second", () => {
  const drawn: string[] = [];
  let ms = 0;
  const progress = createProgress({
    screen: { status: (text) => void drawn.push(text) },
    ...{ what: "export", unit: "rows", nowMs: () => ms },
  });
  for (ms = 1; ms <= 200; ms++) progress.at(ms);
  progress.end();
  assertEquals(drawn, ["export 1 rows 1000/s", "export 101 rows 1000/s", ""]);
});

Deno.test("progressText() draws a bar where the total is known, and never one that is too long", () => {
  const text = (total: number | undefined) =>
    progressText({ what: "w", unit: "rows", total }, { done: 50, seconds: 2 });
  assertEquals(text(100), `w ${"█".repeat(12)}${"░".repeat(12)} 50 % 50 rows 25/s`);
  assertEquals(text(10), `w ${"█".repeat(24)} 100 % 50 rows 25/s`);
  assertEquals([text(undefined), text(0)], ["w 50 rows 25/s", "w 50 rows 25/s"]);
});
