import { assertEquals, assertThrows } from "@std/assert";
import { parseDevArguments, parseTestArguments } from "./arguments.ts";
import { SetupError } from "./setup_error.ts";

Deno.test("parseTestArguments() keeps every argument of deno test in its order", () => {
  const args = ["--filter", "relay", "--stores=embedded", "-q", "api/vote_test.ts", "--", "--stores=compose"];
  assertEquals(parseTestArguments(args), {
    wanted: "embedded",
    rest: ["--filter", "relay", "-q", "api/vote_test.ts", "--", "--stores=compose"],
  });
});

Deno.test("parseTestArguments() takes the value also as an argument of its own", () => {
  const parsed = parseTestArguments(["--stores", "compose", "--fail-fast"]);
  assertEquals(parsed, { wanted: "compose", rest: ["--fail-fast"] });
});

Deno.test("parseTestArguments() leaves the choice open without the option", () => {
  assertEquals(parseTestArguments([]), { wanted: undefined, rest: [] });
});

Deno.test("both launchers refuse an origin that does not exist", () => {
  for (const parse of [parseTestArguments, parseDevArguments]) {
    assertThrows(() => parse(["--stores=docker"]), SetupError, '"docker" is not one of compose, embedded');
  }
});

Deno.test("parseDevArguments() refuses what it does not know", () => {
  assertThrows(
    () => parseDevArguments(["--port", "1"]),
    SetupError,
    "only --stores=compose|embedded is known",
  );
  assertEquals(parseDevArguments(["--stores=compose"]), { wanted: "compose" });
});
