import { assert, assertEquals } from "@std/assert";
import {
  NAME_CODE_POINTS_MAX as SERVER_CODE_POINTS_MAX,
  nameProblem,
  NAMES_MAX as SERVER_NAMES_MAX,
} from "../../../shared/vote/rules.ts";
import { NAME_CODE_POINTS_MAX, NAMES_MAX, readBallot, tidyName } from "./ballot_rules.js";

function problemsOf(...lines: [name: string, count: string][]): unknown[] {
  const reading = readBallot(lines.map(([name, count]) => ({ name, count })));
  return reading.kind === "problems" ? reading.problems.map(({ line, key }) => [line, key]) : [];
}

Deno.test("readBallot() brings names into the form that the server takes", () => {
  const reading = readBallot([
    { name: "  Zoe\u0308 ", count: " 2 " },
    { name: "", count: "1" },
    { name: "李白", count: "07" },
  ]);
  assertEquals(reading, { kind: "choice", choice: { names: ["Zoë", "李白"], counts: [2, 7] } });
});

Deno.test("readBallot() names what is wrong and where", () => {
  assertEquals(problemsOf(["", "1"]), [[0, "nameMissing"]]);
  assertEquals(problemsOf(["", "x"], ["", "1"]), [[0, "nameMissing"], [0, "countWrong"]]);
  assertEquals(problemsOf(["a", "1"], ["", "1"], [" a", "2"]), [[2, "nameTwice"]]);
  assertEquals(problemsOf(["a\u0007b", "1"]), [[0, "nameControl"]]);
  assertEquals(problemsOf(["😀".repeat(65), "1"]), [[0, "nameLong"]]);
  for (const count of ["", "0", "-1", "1.5", "1e2", "99999999999", "one"]) {
    assertEquals(problemsOf(["a", count]), [[0, "countWrong"]], count);
  }
});

Deno.test("what readBallot() lets pass, the server takes", () => {
  assertEquals([NAME_CODE_POINTS_MAX, NAMES_MAX], [SERVER_CODE_POINTS_MAX, SERVER_NAMES_MAX]);
  const names = [
    "Ada",
    " Ada ",
    "e\u0301",
    "😀".repeat(64),
    "\u3000李白",
    "a\ud800",
    "a\tb",
    "\u0000",
    "\u00a0x",
  ];
  for (const name of names) {
    const passes = problemsOf([name, "1"]).length === 0;
    assertEquals(passes, nameProblem(tidyName(name)) === undefined, JSON.stringify(name));
  }
  assert(names.some((name) => problemsOf([name, "1"]).length === 0));
});
