/** The script behind `receipt`, typed: how far an accepted vote has come. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import lua from "./lua/read_receipt.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const READ_RECEIPT_SCRIPT: Script = {
  name: "readReceipt",
  lua,
  keyCount: 4,
  words: ["stored", "queued", "accepted", "unknown", "not_ready"],
};

export type ReceiptOutcome =
  | {
    /** Counted in Redis; acknowledged by Kafka as well; in the ledger as well. */
    readonly kind: "accepted" | "queued" | "stored";
    readonly voteId: string;
    /** `<epoch>-<version>`. */
    readonly outboxId: string;
  }
  /** No vote is remembered under this request id. */
  | { readonly kind: "unknown" }
  | { readonly kind: "not_ready" };

export function createReadReceiptScript(
  client: RedisClient,
  keys: ShardKeys,
): (requestId: string) => Promise<ReceiptOutcome> {
  const run = registerScript(client, READ_RECEIPT_SCRIPT);
  return async (requestId) => {
    const [word, voteId, outboxId] = await run({
      keys: [keys.meta, keys.request(requestId), keys.outbox, keys.stored],
      args: [client.incarnation()],
    });
    const kind = word as ReceiptOutcome["kind"];
    if (kind === "unknown" || kind === "not_ready") return { kind };
    return { kind, voteId: voteId as string, outboxId: outboxId as string };
  };
}
