import { assertEquals } from "@std/assert";
import { NotConnectedError } from "./client.ts";
import { UnknownReplyError } from "./script.ts";
import { outcomeOfError } from "./vote_script.ts";

function replyError(message: string): Error {
  return Object.assign(new Error(message), { name: "ReplyError" });
}

Deno.test("outcomeOfError() calls refused only what surely was not counted", () => {
  const refused: [error: unknown, code: string][] = [
    [new NotConnectedError("Reach Redis: not connected"), "NOT_READY"],
    [replyError("OOM command not allowed when used memory > 'maxmemory'."), "OVERLOADED"],
    [replyError("BUSY Redis is busy running a script."), "OVERLOADED"],
    [replyError("MISCONF Errors writing to the AOF file: No space left on device"), "OVERLOADED"],
    [replyError("NOREPLICAS Not enough good replicas to write."), "OVERLOADED"],
    [replyError("LOADING Redis is loading the dataset in memory"), "NOT_READY"],
    [replyError("MASTERDOWN Link with MASTER is down"), "NOT_READY"],
    [replyError("READONLY You can't write against a read only replica."), "NOT_READY"],
    [replyError("CLUSTERDOWN The cluster is down"), "NOT_READY"],
    [replyError("NOAUTH Authentication required."), "NOT_READY"],
    [replyError("NOPERM this user has no permissions"), "NOT_READY"],
  ];
  for (const [error, code] of refused) {
    assertEquals(outcomeOfError(error) as unknown, { kind: "refused", code });
  }
});

Deno.test("outcomeOfError() calls everything else unknown, and keeps it as the cause", () => {
  const unknown = [
    replyError("ERR user_script:40: some error"),
    replyError("WRONGTYPE Operation against a key holding the wrong kind of value"),
    replyError("OOMPH is no code of ours"),
    replyError(""),
    new Error("OOM in an error that is no reply"),
    new Error("Command timed out"),
    new Error("Connection is closed."),
    new UnknownReplyError("Read the reply"),
    "a text",
    undefined,
  ];
  for (const cause of unknown) assertEquals(outcomeOfError(cause) as unknown, { kind: "unknown", cause });
});
