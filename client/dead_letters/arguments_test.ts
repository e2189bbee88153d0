import { assert, assertEquals, assertThrows } from "@std/assert";
import { ArgumentsError, parseCommand, positionText } from "./arguments.ts";

Deno.test("parseCommand() reads list", () => {
  assertEquals(parseCommand(["list"]), { kind: "list", reason: undefined, json: false });
  assertEquals(parseCommand(["list", "--json", "--reason", "not_json"]), {
    kind: "list",
    reason: "not_json",
    json: true,
  });
});

Deno.test("parseCommand() reads show, with an offset beyond what a number holds", () => {
  const command = parseCommand(["show", "11/9007199254740993"]);
  assertEquals(command, {
    kind: "show",
    position: { partition: 11, offset: 9_007_199_254_740_993n },
    json: false,
  });
  assert(command.kind === "show");
  assertEquals(positionText(command.position), "11/9007199254740993");
});

Deno.test("parseCommand() reads replay by name, by reason and of all", () => {
  const rest = { kind: "replay", dryRun: false, force: false, json: false } as const;
  assertEquals(parseCommand(["replay", "0/1", "2/3"]), {
    ...rest,
    selection: { kind: "positions", positions: [{ partition: 0, offset: 1n }, { partition: 2, offset: 3n }] },
  });
  assertEquals(parseCommand(["replay", "--reason", "not_json", "--dry-run"]), {
    ...rest,
    dryRun: true,
    selection: { kind: "reason", reason: "not_json" },
  });
  assertEquals(parseCommand(["replay", "--all", "--force"]), {
    ...rest,
    force: true,
    selection: { kind: "all" },
  });
});

Deno.test("parseCommand() asks for help by several names", () => {
  for (const word of ["help", "--help", "-h"]) assertEquals(parseCommand([word]), { kind: "help" });
});

Deno.test("parseCommand() refuses what it does not know, and never guesses what to replay", () => {
  const wrong = [
    [],
    ["lst"],
    ["list", "--reason"],
    ["list", "--reason", ""],
    ["list", "more"],
    ["list", "--all"],
    ["show"],
    ["show", "1/2", "3/4"],
    ["show", "1"],
    ["show", "1/x"],
    ["show", "-1/2"],
    ["show", "1/2/3"],
    ["replay"],
    ["replay", "--dry-run"],
    ["replay", "--all", "0/1"],
    ["replay", "--all", "--reason", "not_json"],
    ["replay", "0/1", "--reason", "not_json"],
    ["replay", "0/1", "0"],
  ];
  for (const args of wrong) assertThrows(() => parseCommand(args), ArgumentsError, undefined, args.join(" "));
});
