/** One step of the relay's loop: work while the lease is held, watch it otherwise. */
import type { Logger } from "../../shared/log/logger.ts";
import type { Lease } from "./lease.ts";
import { type Outbox, relayBatch } from "./relay.ts";
import type { VoteProducer } from "./vote_producer.ts";

export interface RelayStepOptions {
  readonly outbox: Outbox;
  readonly lease: Lease;
  readonly producer: VoteProducer;
  readonly log: Logger;
}

/** An idle relay asks this often: what a lone vote waits at most before it is on its way. */
const IDLE_MS = 5;
const WATCH_LEASE_MS = 250;

/** Returns the step: it resolves with how many ms to wait before the next. */
export function createRelayStep({ outbox, lease, producer, log }: RelayStepOptions): () => Promise<number> {
  return async () => {
    // First, so that a relay is ready, or says what is wrong with Kafka, before there is anything to move.
    await producer.prepare();
    if (!await lease.hold()) return WATCH_LEASE_MS;
    const moved = await relayBatch({ outbox, send: producer.send, log });
    return moved > 0 ? 0 : IDLE_MS;
  };
}
