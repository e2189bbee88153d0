/**
 * Moves votes from the outbox to Kafka: read, produce, and only when Kafka has acknowledged, trim.
 *
 * A batch is what has come in since the last one, so it grows with load. While a full batch is with Kafka, the next is
 * read and the one before trimmed: at most one batch is sent, one read and one trimmed at a time, twice
 * BATCH_ENTRIES_MAX entries in memory, of which BATCH_BYTES_MAX are produced.
 *
 * Promise: nothing is trimmed that Kafka has not acknowledged. A crash at any point leaves the entries in the outbox,
 * so a vote may reach Kafka twice, never not at all; the ledger counts it once. The trim is made on the Redis process
 * that was read: it removes what was read, or nothing.
 */
import type { Message } from "kafkajs";
import type { Logger } from "../../shared/log/logger.ts";
import { kafkaValue, type OutboxEntry, traceparentOf, voteIdOf } from "../../shared/vote/record.ts";

/** The outbox of one shard. */
export interface Outbox {
  /** The oldest entries, oldest first. */
  head(countMax: number): Promise<OutboxEntry[]>;
  /** The oldest after this id. Throws where another Redis has taken the place of the one whose head was read. */
  after(id: string, countMax: number): Promise<OutboxEntry[]>;
  /** Removes every entry up to and including this id. Throws where another Redis has taken the place of the one read. */
  trimThrough(id: string): Promise<void>;
}

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly send: (messages: readonly Message[]) => Promise<void>;
  /** Asked before more is read: false while another relay is at work, or when the program is to stop. */
  readonly mayGoOn: () => Promise<boolean>;
  readonly log: Logger;
  /** Of a batch; for the simulation, in which few votes make many batches. */
  readonly entriesMax?: number;
}

/** Entries read at once. */
export const BATCH_ENTRIES_MAX = 1000;
/** Of one call: the loop around learns in between that all is well again. */
const BATCHES_MAX = 100;
/**
 * Bytes produced at once: even if every vote of a batch fell into one partition, the batch would fit in one Kafka
 * message set (1 MiB by default).
 */
export const BATCH_BYTES_MAX = 900_000;

/**
 * Moves a batch, and while batches are full, what comes after it, up to a bound. Returns how many votes were moved.
 * However it ends, nothing is under way afterwards: the next call begins with the head again.
 */
export async function relayVotes(
  { outbox, send, mayGoOn, log, entriesMax = BATCH_ENTRIES_MAX }: RelayOptions,
): Promise<number> {
  let count = 0;
  let batches = 0;
  let trimmed = Promise.resolve();
  let entries = withinBytes(await outbox.head(entriesMax));
  for (let last = entries.at(-1); last; last = entries.at(-1)) {
    const { id } = last;
    const goesOn = entries.length === entriesMax && ++batches < BATCHES_MAX;
    const sent = send(entries.map(toMessage));
    const next = goesOn
      ? mayGoOn().then((may) => may ? outbox.after(id, entriesMax) : [])
      : Promise.resolve([]);
    await settled([sent, trimmed, next]);
    trimmed = outbox.trimThrough(id);
    log.debug("batch_relayed", { count: entries.length, lastId: id });
    count += entries.length;
    entries = withinBytes(await next);
  }
  await trimmed;
  return count;
}

/** Waits for all of them even where one fails: nothing may go on behind the back of the next call. */
async function settled(all: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(all);
  await Promise.all(all);
}

/** An entry that is no vote of ours still goes to Kafka: the persister keeps it as a dead letter. */
function toMessage(entry: OutboxEntry): Message {
  const message = { key: voteIdOf(entry.vote) ?? null, value: kafkaValue(entry) };
  const traceparent = traceparentOf(entry.vote);
  return traceparent === undefined ? message : { ...message, headers: { traceparent } };
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
