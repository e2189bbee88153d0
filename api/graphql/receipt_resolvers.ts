/** How far a vote has come, in the words of the schema. */
import type { ReceiptOutcome } from "../../shared/redis/receipt_script.ts";
import { isRequestId, REQUEST_ID_LENGTH_MAX } from "../../shared/vote/rules.ts";
import type { ShardReader } from "../shard_reader.ts";
import { closedError, inputInvalidError } from "./errors.ts";

export interface Receipt {
  readonly requestId: string;
  readonly state: "ACCEPTED" | "QUEUED" | "STORED";
  readonly voteId: string;
  readonly version: string;
}

export function createReceiptResolvers(reader: Pick<ShardReader, "readReceipt">) {
  return {
    async receipt(_root: unknown, { requestId }: { requestId: string }): Promise<Receipt | null> {
      if (!isRequestId(requestId)) {
        throw inputInvalidError(`requestId must be 1 to ${REQUEST_ID_LENGTH_MAX} printable ASCII characters`);
      }
      return receiptOf(requestId, await reader.readReceipt(requestId));
    },
  };
}

function receiptOf(requestId: string, outcome: ReceiptOutcome): Receipt | null {
  switch (outcome.kind) {
    case "accepted":
      return { requestId, state: "ACCEPTED", voteId: outcome.voteId, version: outcome.outboxId };
    case "queued":
      return { requestId, state: "QUEUED", voteId: outcome.voteId, version: outcome.outboxId };
    case "stored":
      return { requestId, state: "STORED", voteId: outcome.voteId, version: outcome.outboxId };
    case "unknown":
      return null;
    case "not_ready":
      throw closedError();
    default:
      return outcome satisfies never;
  }
}
