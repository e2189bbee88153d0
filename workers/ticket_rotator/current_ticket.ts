/** Reads the ticket that is handed out at the moment, as a figure to watch: never its text. */
import type { ShardState } from "../../shared/redis/shard_scripts.ts";
import type { OpenTicketOutcome } from "../../shared/redis/ticket_scripts.ts";
import type { CurrentTicket } from "./metrics.ts";

export interface CurrentTicketOptions {
  readonly readOpenTicket: () => Promise<OpenTicketOutcome>;
  /** For Redis's clock. */
  readonly readShard: () => Promise<ShardState>;
  readonly lifetimeMs: number;
}

/** Returns undefined where no ticket is open. */
export async function readCurrentTicket(
  { readOpenTicket, readShard, lifetimeMs }: CurrentTicketOptions,
): Promise<CurrentTicket | undefined> {
  const [ticket, { timeMs }] = await Promise.all([readOpenTicket(), readShard()]);
  if (ticket.kind !== "open") return undefined;
  return { ageMs: Math.max(timeMs - (ticket.expiresAt - lifetimeMs), 0), usesLeft: ticket.usesLeft };
}
