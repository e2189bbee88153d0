/**
 * The reads of the API: totals, the ticket to hand out, how far a vote has come, and what is shown live. Where Redis gives
 * no answer, or says that it cannot give one now, the reader's outcome is `not_ready`: a read may simply be asked again.
 * What breaks a contract is thrown.
 */
import type { Logger } from "../shared/log/logger.ts";
import { NotConnectedError, type RedisClient } from "../shared/redis/client.ts";
import type { ShardKeys } from "../shared/redis/keys.ts";
import { createReadLiveScript, type LiveOutcome } from "../shared/redis/live_script.ts";
import {
  createReadRankingScript,
  createReadTotalsScript,
  type RankingOutcome,
  type RankingPlace,
  type TotalsOutcome,
} from "../shared/redis/ranking_scripts.ts";
import { createReadReceiptScript, type ReceiptOutcome } from "../shared/redis/receipt_script.ts";
import { UnknownReplyError } from "../shared/redis/script.ts";
import { createOpenTicketScript, type OpenTicketOutcome } from "../shared/redis/ticket_scripts.ts";
import { createReadTotalScript, type TotalOutcome } from "../shared/redis/total_script.ts";
import { outcomeOfError } from "../shared/redis/vote_script.ts";

export interface ShardReader {
  readTotal(name: string): Promise<TotalOutcome>;
  readOpenTicket(): Promise<OpenTicketOutcome>;
  readTotals(names: readonly string[]): Promise<TotalsOutcome>;
  readRanking(place: RankingPlace): Promise<RankingOutcome>;
  readReceipt(requestId: string): Promise<ReceiptOutcome>;
  /** With as many of the leaders. */
  readLive(namesMax: number): Promise<LiveOutcome>;
}

interface NotReady {
  readonly kind: "not_ready";
}

export function createShardReader(
  client: RedisClient,
  { keys, log }: { keys: ShardKeys; log: Logger },
): ShardReader {
  const readTotal = createReadTotalScript(client, keys);
  const readOpenTicket = createOpenTicketScript(client, keys);
  const readTotals = createReadTotalsScript(client, keys);
  const readRanking = createReadRankingScript(client, keys);
  const readReceipt = createReadReceiptScript(client, keys);
  const readLive = createReadLiveScript(client, keys);

  async function orNotReady<Outcome>(read: () => Promise<Outcome>): Promise<Outcome | NotReady> {
    try {
      return await read();
    } catch (error) {
      if (isFault(error)) throw error;
      if (!(error instanceof NotConnectedError)) log.warn("read_unanswered", { error });
      return { kind: "not_ready" };
    }
  }

  return {
    readTotal: (name) => orNotReady(() => readTotal(name)),
    readOpenTicket: () => orNotReady(readOpenTicket),
    readTotals: (names) => orNotReady(() => readTotals(names)),
    readRanking: (place) => orNotReady(() => readRanking(place)),
    readReceipt: (requestId) => orNotReady(() => readReceipt(requestId)),
    readLive: (namesMax) => orNotReady(() => readLive(namesMax)),
  };
}

/** Redis did answer, and neither with what the script may say nor with "not now". */
function isFault(error: unknown): boolean {
  if (outcomeOfError(error).kind === "refused") return false;
  return error instanceof UnknownReplyError || (error instanceof Error && error.name === "ReplyError");
}
