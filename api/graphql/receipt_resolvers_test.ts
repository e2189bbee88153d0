import { assertEquals, assertRejects } from "@std/assert";
import { GraphQLError } from "graphql";
import type { ReceiptOutcome } from "../../shared/redis/receipt_script.ts";
import { createReceiptResolvers } from "./receipt_resolvers.ts";

function receiptFor(outcome: ReceiptOutcome) {
  const asked: string[] = [];
  const { receipt } = createReceiptResolvers({
    readReceipt(requestId) {
      asked.push(requestId);
      return Promise.resolve(outcome);
    },
  });
  return { asked, receipt: (requestId: string) => receipt(undefined, { requestId }) };
}

Deno.test("receipt() says how far the vote has come, and which it is", async () => {
  for (const kind of ["accepted", "queued", "stored"] as const) {
    const { receipt } = receiptFor({ kind, voteId: "v", outboxId: "1764000000000-7" });
    assertEquals(await receipt("once"), {
      requestId: "once",
      state: kind.toUpperCase() as "ACCEPTED",
      voteId: "v",
      version: "1764000000000-7",
    });
  }
});

Deno.test("receipt() is null for a request that is not remembered, and NOT_READY while the shard is closed", async () => {
  assertEquals(await receiptFor({ kind: "unknown" }).receipt("once"), null);
  const { receipt } = receiptFor({ kind: "not_ready" });
  const error = await assertRejects(() => receipt("once"), GraphQLError);
  assertEquals(error.extensions["code"], "NOT_READY");
});

Deno.test("receipt() refuses what no request may be called, and asks nobody", async () => {
  const { receipt, asked } = receiptFor({ kind: "unknown" });
  for (const requestId of ["", "x".repeat(129), "ü", "a\n", "a\0", "\ud800"]) {
    const error = await assertRejects(() => receipt(requestId), GraphQLError);
    assertEquals(error.extensions["code"], "INPUT_INVALID");
  }
  assertEquals(asked, []);
  await receipt("x".repeat(128));
});
