import { assertEquals, assertStringIncludes } from "@std/assert";
import { createDashboard } from "./dashboard.ts";
import { createPaint } from "./paint.ts";
import type { Size } from "./screen.ts";

function createLab(isTerminal: boolean) {
  const lines: string[] = [];
  let render: ((size: Size) => string) | undefined;
  const dashboard = createDashboard({
    screen: {
      line: (text) => lines.push(text),
      status: (next) => render = next,
      resized: () => {},
      close: () => {},
    },
    isTerminal,
    paint: createPaint(false),
    programs: ["api"],
    stores: ["redis"],
  });
  return { dashboard, lines, status: () => render?.({ columns: 100, rows: 40 }) ?? "" };
}

const FIGURES = {
  acceptedPerSecond: 1,
  refusedPerSecond: 0,
  outboxVotes: 0,
  lagSeconds: undefined,
  unstoredVotes: 0,
};
const LOGGED = '{"level":"info","time":"2026-11-28T17:03:12.345Z","program":"api","event":"api_listening"}';

Deno.test("createDashboard() shows a program's lines for people on a terminal, and as they are elsewhere", () => {
  const [terminal, file] = [createLab(true), createLab(false)];
  for (const { dashboard } of [terminal, file]) {
    dashboard.log("api", LOGGED);
    dashboard.log("api", "error: Uncaught");
    dashboard.log("api", "");
  }
  assertEquals(terminal.lines, ["17:03:12.345 api   INFO  api_listening", "api   error: Uncaught"]);
  assertEquals(file.lines, [LOGGED, "api | error: Uncaught"]);
});

Deno.test("createDashboard() tells each state in a line, and the last one in the status", () => {
  const { dashboard, lines, status } = createLab(true);
  dashboard.place("redis", ":6379");
  dashboard.report("redis", "ready at 127.0.0.1:6379, embedded");
  assertStringIncludes(status(), "● redis :6379  ready\n".trim());
  dashboard.report("redis", "ended with signal SIGKILL, starting again in 700 ms");
  assertStringIncludes(status(), "✗ redis :6379  ended with signal SIGKILL");
  assertEquals(lines.at(-1), "redis  ended with signal SIGKILL, starting again in 700 ms");
});

Deno.test("createDashboard() does not call a program well that does not reach its store", () => {
  const { dashboard, status } = createLab(true);
  dashboard.report("api", "ready");
  dashboard.figures({ ...FIGURES, unreached: new Map([["api", ["redis"]]]) });
  assertStringIncludes(status(), "◌ api        does not reach redis");
  dashboard.figures({ ...FIGURES, unreached: new Map([["api", []]]) });
  assertStringIncludes(status(), "● api        ready");
});
