import { assertEquals, assertThrows } from "@std/assert";
import { type AcceptedLoss, ArgumentsError, type Command, parseCommand } from "./arguments.ts";

type VerifyCommand = Command & { kind: "verify" };

function verify(fields: Partial<VerifyCommand> = {}): VerifyCommand {
  return { kind: "verify", action: { kind: "look" }, json: false, waitMsMax: 30_000, ...fields };
}

Deno.test("parseCommand() reads what is wanted, and waits half a minute unless told otherwise", () => {
  assertEquals(parseCommand([]), verify());
  assertEquals(parseCommand(["--json", "--wait", "0"]), verify({ json: true, waitMsMax: 0 }));
  assertEquals(parseCommand(["--wait=1.5"]), verify({ waitMsMax: 1500 }));
  assertEquals(parseCommand(["--repair"]), verify({ action: { kind: "repair" } }));
  for (const help of ["--help", "-h"]) assertEquals(parseCommand([help, "--repair"]), { kind: "help" });
});

Deno.test("parseCommand() reads which loss is accepted", () => {
  const accept = (loss: AcceptedLoss) => verify({ action: { kind: "accept_loss", loss } });
  assertEquals(
    parseCommand(["--accept-loss", "0/1795463279993"]),
    accept({ kind: "epoch", shard: 0, epoch: 1_795_463_279_993 }),
  );
  assertEquals(parseCommand(["--accept-loss", "forgotten"]), accept({ kind: "forgotten" }));
});

Deno.test("parseCommand() refuses what it does not know, and never guesses", () => {
  const wrong = [
    ["now"],
    ["--loud"],
    ["--json=yes"],
    ["--wait"],
    ["--wait", ""],
    ["--wait", "-1"],
    ["--wait", "1e3"],
    ["--wait", "86401"],
    ["--accept-loss"],
    ["--accept-loss", ""],
    ["--accept-loss", "0"],
    ["--accept-loss", "0/"],
    ["--accept-loss", "0/x"],
    ["--accept-loss", "-1/7"],
    ["--accept-loss", "0/12345678901234567"],
    ["--accept-loss", "0/7", "--repair"],
  ];
  for (const args of wrong) assertThrows(() => parseCommand(args), ArgumentsError, undefined, args.join(" "));
});
