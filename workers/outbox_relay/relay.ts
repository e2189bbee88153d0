/**
 * Moves votes from the outbox to Kafka: read the head, produce, and only when Kafka has acknowledged, trim.
 *
 * Promise: nothing is trimmed that Kafka has not acknowledged. A crash at any point leaves the entries in the outbox,
 * so a vote may reach Kafka twice, never not at all; the ledger counts it once. The trim is made on the Redis process
 * that was read: it removes what was read, or nothing.
 */
import type { Message } from "kafkajs";
import type { Logger } from "../../shared/log/logger.ts";
import { kafkaValue, type OutboxEntry, voteIdOf } from "../../shared/vote/record.ts";

/** The outbox of one shard. */
export interface Outbox {
  /** The oldest entries, oldest first. */
  head(countMax: number): Promise<OutboxEntry[]>;
  /** Removes every entry up to and including this id. Throws where another Redis has taken the place of the one read. */
  trimThrough(id: string): Promise<void>;
}

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly send: (messages: readonly Message[]) => Promise<void>;
  readonly log: Logger;
}

/** Entries read at once. */
export const BATCH_ENTRIES_MAX = 1000;
/**
 * Bytes produced at once: even if every vote of a batch fell into one partition, the batch would fit in one Kafka
 * message set (1 MiB by default).
 */
export const BATCH_BYTES_MAX = 900_000;

/** One bounded step. Returns how many votes were moved. */
export async function relayBatch({ outbox, send, log }: RelayOptions): Promise<number> {
  const entries = withinBytes(await outbox.head(BATCH_ENTRIES_MAX));
  const last = entries.at(-1);
  if (!last) return 0;
  await send(entries.map(toMessage));
  await outbox.trimThrough(last.id);
  log.debug("batch_relayed", { count: entries.length, lastId: last.id });
  return entries.length;
}

/** An entry that is no vote of ours still goes to Kafka: the persister keeps it as a dead letter. */
function toMessage(entry: OutboxEntry): Message {
  return { key: voteIdOf(entry.vote) ?? null, value: kafkaValue(entry) };
}

/** Exported for its test. The first entry always passes: what Redis took in is at most a few kilobytes. */
export function withinBytes(entries: readonly OutboxEntry[]): OutboxEntry[] {
  let bytes = 0;
  // Three bytes of UTF-8 for one UTF-16 unit at most.
  const end = entries.findIndex((entry, index) =>
    (bytes += 3 * entry.vote.length + 100) > BATCH_BYTES_MAX && index > 0
  );
  return end < 0 ? [...entries] : entries.slice(0, end);
}
