/**
 * The text of a ticket: `<kid>.<shard>.<epoch>.<opensAt>.<mac>`. Every ticket has exactly one text: numerals without
 * leading zeros and canonical base64url, so that no altered text passes for the same ticket.
 */

/** What a ticket says, before anyone has checked that it is genuine. */
export interface TicketClaims {
  readonly kid: string;
  readonly shard: number;
  /** Epoch of the shard's Redis that it was minted for. */
  readonly epoch: number;
  /** Redis time in ms at which it opens; a multiple of the rotation interval. */
  readonly opensAt: number;
}

export interface ParsedTicket extends TicketClaims {
  /** The bytes that the mac covers. */
  readonly signedBytes: Uint8Array<ArrayBuffer>;
  readonly mac: Uint8Array<ArrayBuffer>;
}

/** Longest text that can be a ticket: kid 32, shard 5, two 16-digit numbers, mac 43, four dots. */
export const TICKET_LENGTH_MAX = 116;

/** Says what the key is used for, so that a mac made for anything else is not a ticket. */
const PURPOSE = "cast.ticket.v1:";
const PATTERN =
  /^([A-Za-z0-9_-]{1,32})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})\.([A-Za-z0-9_-]{43})$/;
const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;
const encoder = new TextEncoder();

/** The bytes that are signed for a ticket. */
export function signedBytes(claims: TicketClaims): Uint8Array<ArrayBuffer> {
  return encoder.encode(PURPOSE + claimsText(claims));
}

export function formatTicket(claims: TicketClaims, mac: Uint8Array): string {
  return `${claimsText(claims)}.${mac.toBase64(BASE64URL)}`;
}

/** Returns undefined for a text that no mint could have written. */
export function parseTicket(text: string): ParsedTicket | undefined {
  if (text.length > TICKET_LENGTH_MAX) return undefined;
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, kid, shard, epoch, opensAt, macText] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const mac = Uint8Array.fromBase64(macText, { alphabet: "base64url" });
  const claims = { kid, shard: Number(shard), epoch: Number(epoch), opensAt: Number(opensAt) };
  // Not canonical: spare bits in the last character, or a number that no double holds.
  if (formatTicket(claims, mac) !== text) return undefined;
  return { ...claims, signedBytes: signedBytes(claims), mac };
}

function claimsText({ kid, shard, epoch, opensAt }: TicketClaims): string {
  return `${kid}.${shard}.${epoch}.${opensAt}`;
}
