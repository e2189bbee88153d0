import { assertEquals } from "@std/assert";
import { TURNS } from "./history.ts";
import { parseOptions } from "./options.ts";
import { replayCommand } from "./report.ts";

const DEFAULTS = { seeds: 10_000, first: 0, turns: TURNS, broken: undefined, trace: undefined };

Deno.test("parseOptions() takes every option, in any order", () => {
  assertEquals(parseOptions([]), { kind: "parsed", options: DEFAULTS });
  assertEquals(
    parseOptions(["--trace", "7", "--break", "carry_twice", "--turns", "9", "--first", "3", "--seeds", "2"]),
    {
      kind: "parsed",
      options: { seeds: 2, first: 3, turns: 9, broken: "carry_twice", trace: 7 },
    },
  );
});

Deno.test("parseOptions() refuses what it does not know and what is no number", () => {
  for (
    const args of [
      ["--seed", "1"],
      ["--seeds", "-1"],
      ["--seeds", "0"],
      ["--seeds"],
      ["--break", "nothing"],
      ["7"],
    ]
  ) {
    assertEquals(parseOptions(args).kind, "refused", args.join(" "));
  }
});

Deno.test("replayCommand() says what parseOptions() needs to see the same history again", () => {
  assertEquals(replayCommand({ seed: 7 }), "npx -y deno task simulate --trace 7");
  const command = replayCommand({ seed: 7, turns: 9, broken: "no_repeat" });
  const args = command.replace("npx -y deno task simulate ", "").split(" ");
  assertEquals(parseOptions(args), {
    kind: "parsed",
    options: { ...DEFAULTS, trace: 7, turns: 9, broken: "no_repeat" },
  });
});
