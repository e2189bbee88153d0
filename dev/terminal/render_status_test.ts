import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import type { Figures } from "./figures.ts";
import { createPaint } from "./paint.ts";
import { describeFigures, type Part, renderStatus, type StatusView } from "./render_status.ts";

const FIGURES: Figures = {
  acceptedPerSecond: 1234.4,
  refusedPerSecond: 0,
  outboxVotes: 3,
  lagSeconds: 0.0342,
  unstoredVotes: 0,
  unreached: new Map(),
};
const part = (name: string, says = "ready"): Part => ({ name, mood: "well", at: ":8000", says });
const VIEW: StatusView = {
  programs: [part("api"), part("vote-persister", "x".repeat(300))],
  stores: [{ name: "redis", mood: "down", at: ":1", says: "ended with signal SIGKILL" }],
  figures: FIGURES,
  links: [{ label: "page", url: "http://127.0.0.1:8000/" }, {
    label: "GraphiQL",
    url: "http://127.0.0.1:8000/graphql",
  }],
};

function render(columns: number, rows: number, isColoured = false): string[] {
  return renderStatus(VIEW, { columns, rows, paint: createPaint(isColoured) }).split("\n");
}

Deno.test("renderStatus() puts programs and stores side by side, then figures and links", () => {
  const lines = render(100, 40);
  assertEquals(lines.length, 5);
  assertEquals(
    lines[1],
    `${"● api            :8000  ready".padEnd(48)}  ✗ redis :1     ended with signal SIGKILL`,
  );
  assertEquals(lines[3], "1,234 votes/s · answer to Postgres 34 ms · outbox 3");
  assertEquals(lines[4], "page http://127.0.0.1:8000/ · GraphiQL http://127.0.0.1:8000/graphql");
});

Deno.test("renderStatus() keeps every line shorter than the terminal and the whole at most half as high", () => {
  for (const columns of [1, 20, 60, 79, 80, 81, 100, 400]) {
    for (const rows of [1, 5, 10, 24, 60]) {
      const lines = render(columns, rows, true).map(stripVTControlCharacters);
      assert(lines.length <= Math.max(1, rows / 2), `${lines.length} lines of ${rows}`);
      const width = Math.max(...lines.map((line) => line.length));
      assert(width <= Math.max(1, columns - 1), `${width} of ${columns} columns`);
    }
  }
});

Deno.test("renderStatus() gives the figures before the parts on a low terminal", () => {
  assertStringIncludes(render(100, 6).join("\n"), "votes/s");
  assertEquals(render(100, 6).some((line) => line.includes("redis")), false);
});

Deno.test("renderStatus() has no escape sequence without colours, and colours what is down", () => {
  assertEquals(render(100, 40).join("").includes("\x1b"), false);
  assertStringIncludes(render(100, 40, true).join(""), "\x1b[31m✗\x1b[39m");
});

Deno.test("describeFigures() says what is not known, and what is out of the ordinary", () => {
  const none = { ...FIGURES, acceptedPerSecond: undefined, lagSeconds: undefined, outboxVotes: undefined };
  assertEquals(describeFigures(none), "? votes/s · answer to Postgres ? · outbox ?");
  const late = {
    ...FIGURES,
    acceptedPerSecond: 0.3,
    refusedPerSecond: 12,
    lagSeconds: 8.21,
    unstoredVotes: 1500,
  };
  assertEquals(
    describeFigures(late),
    "<1 votes/s · 12 refused/s · answer to Postgres 8.2 s · outbox 3 · not in Postgres yet 1,500",
  );
});
