import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentsError, parseCommand } from "./arguments.ts";

Deno.test("parseCommand() of prepare waits a minute and leaves the roles alone unless told otherwise", () => {
  assertEquals(parseCommand([]), { kind: "prepare", roles: false, waitMs: 60_000 });
  assertEquals(parseCommand(["--wait", "5", "--roles"]), { kind: "prepare", roles: true, waitMs: 5000 });
  assertEquals(parseCommand(["--help"]), { kind: "help" });
});

Deno.test("parseCommand() of prepare refuses what it does not know", () => {
  for (const args of [["--role"], ["--wait"], ["--wait", "soon"], ["--wait", "9999"], ["roles"]]) {
    assertThrows(() => parseCommand(args), ArgumentsError, "Give", args.join(" "));
  }
});
