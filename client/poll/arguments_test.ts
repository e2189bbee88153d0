import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentsError, parseCommand } from "./arguments.ts";

Deno.test("parseCommand() reads status", () => {
  assertEquals(parseCommand(["status"]), { kind: "status", json: false });
  assertEquals(parseCommand(["status", "--json"]), { kind: "status", json: true });
});

Deno.test("parseCommand() reads each change, with half a minute to wait unless told otherwise", () => {
  for (const action of ["open", "close", "freeze", "publish"] as const) {
    assertEquals(parseCommand([action]), { kind: "change", action, json: false, waitMsMax: 30_000 });
    assertEquals(parseCommand([action, "--wait", "0.25", "--json"]), {
      kind: "change",
      action,
      json: true,
      waitMsMax: 250,
    });
  }
  assertEquals(parseCommand(["--wait", "0", "close"]), {
    kind: "change",
    action: "close",
    json: false,
    waitMsMax: 0,
  });
});

Deno.test("parseCommand() reads help", () => {
  for (const args of [["--help"], ["-h"], ["help"], ["close", "-h"]]) {
    assertEquals(parseCommand(args), { kind: "help" });
  }
});

Deno.test("parseCommand() refuses what it does not know, and says what may be chosen", () => {
  const cases: [args: string[], message: string][] = [
    [[], "Choose status, open, close, freeze, publish"],
    [["stop"], 'Choose status, open, close, freeze, publish: got "stop"'],
    [["close", "open"], 'one of them: got "close open"'],
    [["close", "--force"], "--force"],
    [["close", "--wait", "soon"], 'Give --wait seconds from 0 to 86400: got "soon"'],
    [["close", "--wait", "86401"], "86401"],
    [["close", "--wait=-1"], "-1"],
    [["status", "--wait", "3"], "status tells what is"],
  ];
  for (const [args, message] of cases) assertThrows(() => parseCommand(args), ArgumentsError, message);
});
