/** One step of the relay's loop: work while the lease is held, watch it otherwise. */
import type { Logger } from "../../shared/log/logger.ts";
import type { Lease } from "./lease.ts";
import { BATCH_ENTRIES_MAX, type Outbox, relayVotes } from "./relay.ts";
import type { VoteProducer } from "./vote_producer.ts";

export interface RelayStepOptions {
  readonly outbox: Outbox;
  readonly lease: Lease;
  readonly producer: VoteProducer;
  /** Ends the reading; what is under way is moved. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * After a batch that was not full: what a lone vote waits at most before it is on its way, and what makes few large
 * batches of many small ones. Each is a trim in Redis, a record in Kafka and a commit in Postgres.
 */
const PAUSE_MS = 20;
const WATCH_LEASE_MS = 250;

/** Returns the step: it resolves with how many ms to wait before the next. */
export function createRelayStep(
  { outbox, lease, producer, signal, log }: RelayStepOptions,
): () => Promise<number> {
  const mayGoOn = async () => !signal.aborted && await lease.hold();
  return async () => {
    // First, so that a relay is ready, or says what is wrong with Kafka, before there is anything to move.
    await producer.prepare();
    if (!await lease.hold()) return WATCH_LEASE_MS;
    const moved = await relayVotes({ outbox, send: producer.send, mayGoOn, log });
    return moved < BATCH_ENTRIES_MAX ? PAUSE_MS : 0;
  };
}
