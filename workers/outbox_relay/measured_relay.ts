/** The relay's lease and producer, with what they do counted; in all else they are what they were. */
import type { Lease } from "./lease.ts";
import type { RelayMetrics } from "./metrics.ts";
import type { VoteProducer } from "./vote_producer.ts";

export function measureProducer(
  producer: VoteProducer,
  metrics: Pick<RelayMetrics, "sent" | "sendFailed">,
): VoteProducer {
  return {
    ...producer,
    async send(messages) {
      const begunMs = performance.now();
      try {
        await producer.send(messages);
      } catch (error) {
        metrics.sendFailed();
        throw error;
      }
      metrics.sent({ votes: messages.length, seconds: (performance.now() - begunMs) / 1000 });
    },
  };
}

export function measureLease(lease: Lease, metrics: Pick<RelayMetrics, "leaseAnswered">): Lease {
  return {
    async hold() {
      let isHeld = false;
      try {
        isHeld = await lease.hold();
        return isHeld;
      } finally {
        metrics.leaseAnswered(isHeld);
      }
    },
    async release() {
      metrics.leaseAnswered(false);
      await lease.release();
    },
  };
}
