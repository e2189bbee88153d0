/** A ticket in the words of the schema. */
import type { LiveTicket } from "../../shared/redis/live_script.ts";

export interface TicketInfo {
  readonly ticket: string;
  readonly validUntil: string;
  readonly remainingUsage: number;
}

export function ticketInfo({ ticket, expiresAt, usesLeft }: LiveTicket): TicketInfo {
  return { ticket, validUntil: new Date(expiresAt).toISOString(), remainingUsage: usesLeft };
}
