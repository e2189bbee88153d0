/** What bounds the relay: the same producer, with nothing to read and nothing to trim. */
import type { Message } from "kafkajs";
import { BATCH_ENTRIES_MAX } from "../../../workers/outbox_relay/relay.ts";

/** One batch at a time: a second send in flight brings kafkajs nothing when its records are at hand. */
export async function sendFromMemory(
  messages: readonly Message[],
  { send, signal }: { send: (messages: readonly Message[]) => Promise<void>; signal: AbortSignal },
): Promise<void> {
  for (let from = 0; from < messages.length; from += BATCH_ENTRIES_MAX) {
    signal.throwIfAborted();
    await send(messages.slice(from, from + BATCH_ENTRIES_MAX));
  }
}
