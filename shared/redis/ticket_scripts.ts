/** The scripts of tickets, typed: mint writes them, open_ticket finds the one to hand out. */
import { CLOCK_STEP_BACK_MS_MAX } from "../ticket/clock.ts";
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import mintLua from "./lua/mint.lua" with { type: "text" };
import openTicketLua from "./lua/open_ticket.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const MINT_SCRIPT: Script = {
  name: "mintTickets",
  lua: mintLua,
  keyCount: 4,
  words: ["minted", "not_ready", "stale"],
};

export const OPEN_TICKET_SCRIPT: Script = {
  name: "readOpenTicket",
  lua: openTicketLua,
  keyCount: 3,
  words: ["open", "none", "not_ready"],
};

/** How long a ticket's key outlives its expiry: a clock that steps back by less finds the tickets of that time. */
export const TICKET_KEEP_AFTER_MS = CLOCK_STEP_BACK_MS_MAX;

export interface SignedTicket {
  readonly text: string;
  readonly opensAt: number;
}

export type MintOutcome =
  | { readonly kind: "minted"; readonly count: number }
  /** The shard is closed, or another epoch has opened since the tickets were signed. */
  | { readonly kind: "not_ready" | "stale" };

export interface MintInput {
  readonly epoch: number;
  readonly current: SignedTicket;
  readonly next: SignedTicket;
  readonly uses: number;
  readonly lifetimeMs: number;
}

export function createMintScript(
  client: RedisClient,
  keys: ShardKeys,
): (input: MintInput) => Promise<MintOutcome> {
  const run = registerScript(client, MINT_SCRIPT);
  return async ({ epoch, current, next, uses, lifetimeMs }) => {
    const [word, count] = await run({
      keys: [
        keys.meta,
        keys.tickets,
        keys.ticket({ epoch, opensAt: current.opensAt }),
        keys.ticket({ epoch, opensAt: next.opensAt }),
      ],
      args: [
        client.incarnation(),
        epoch,
        uses,
        lifetimeMs,
        TICKET_KEEP_AFTER_MS,
        current.text,
        current.opensAt,
        next.text,
        next.opensAt,
      ],
    });
    return word === "minted"
      ? { kind: "minted", count: count as number }
      : { kind: word as "not_ready" | "stale" };
  };
}

export type OpenTicketOutcome =
  | { readonly kind: "open"; readonly ticket: string; readonly expiresAt: number; readonly usesLeft: number }
  | { readonly kind: "none" | "not_ready" };

export function createOpenTicketScript(
  client: RedisClient,
  keys: ShardKeys,
): () => Promise<OpenTicketOutcome> {
  const run = registerScript(client, OPEN_TICKET_SCRIPT);
  return async () => {
    const [word, ticket, expiresAt, usesLeft] = await run({
      keys: [keys.meta, keys.tickets, keys.ticketBase],
      args: [client.incarnation()],
    });
    if (word !== "open") return { kind: word as "none" | "not_ready" };
    return {
      kind: "open",
      ticket: ticket as string,
      expiresAt: expiresAt as number,
      usesLeft: usesLeft as number,
    };
  };
}
