/** Says whether two votes under one requestId are the same vote: SHA-256 of `[names, counts, voter ?? null]` as JSON. */
import { crypto } from "@std/crypto";
import type { VoteRequest } from "./rules.ts";

const encoder = new TextEncoder();

/** 32 bytes. Names and counts count in the order asked: another order is another vote. */
export function fingerprint(
  { names, counts, voter }: Omit<VoteRequest, "requestId">,
): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(JSON.stringify([names, counts, voter ?? null]));
  return new Uint8Array(crypto.subtle.digestSync("SHA-256", bytes));
}
