/**
 * Where one life of the consumer has got to in each partition, and the way back to where Postgres is. What kafkajs has
 * read ahead counts for nothing: Postgres says where a partition is read from, on every assignment, on every new
 * connection, and whenever it refuses a batch.
 */
import type { Admin, Consumer } from "kafkajs";
import { KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import type { Logger } from "../../shared/log/logger.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import type { PersisterMetrics } from "./metrics.ts";
import { assertNothingForgotten, readNextOffsets } from "./offsets.ts";

const DEADLINE = { ms: KAFKA_CALL_MS_MAX, what: "Read where Kafka's log begins" };

export interface PositionsOptions {
  readonly consumer: Pick<Consumer, "seek">;
  readonly admin: Pick<Admin, "fetchTopicOffsets">;
  readonly pool: PostgresPool;
  readonly clusterId: string;
  readonly topic: string;
  readonly metrics: Pick<PersisterMetrics, "wentBack">;
  readonly log: Logger;
}

export interface Positions {
  /** Next offset after what this life has stored or found stored, by partition. */
  readonly stored: Map<number, bigint>;
  /** Where `always` is false, only partitions are moved whose offset is not where this life has got to. */
  seekToStored(partitions: readonly number[], options: { always: boolean }): Promise<void>;
  /** Resolves when no look is under way: one that outlived its admin client would connect it anew, for good. */
  whenQuiet(): Promise<void>;
}

export function createPositions(
  { consumer, admin, pool, clusterId, topic, metrics, log }: PositionsOptions,
): Positions {
  const stored = new Map<number, bigint>();
  const looks = new Set<Promise<void>>();

  async function look(partitions: readonly number[], always: boolean): Promise<void> {
    // As it was before the question: what is stored meanwhile may be ahead of the answer, which is no step back.
    const before = new Map(stored);
    const offsets = await readNextOffsets(pool, { clusterId, topic, partitions });
    await withinDeadline(() => assertNothingForgotten(admin, { pool, clusterId, topic, offsets }), DEADLINE);
    for (const [partition, offset] of offsets) {
      const reached = before.get(partition);
      const wentBack = reached !== undefined && offset < reached;
      if (wentBack) {
        metrics.wentBack();
        log.error("postgres_went_back", { partition, reached: `${reached}`, offset: `${offset}` });
      }
      const now = stored.get(partition);
      const next = now === undefined || wentBack || offset > now ? offset : now;
      if (!always && next === now) continue;
      stored.set(partition, next);
      consumer.seek({ topic, partition, offset: String(next) });
    }
  }

  return {
    stored,
    seekToStored(partitions, { always }) {
      const looking = look(partitions, always).finally(() => looks.delete(looking));
      looks.add(looking);
      return looking;
    },
    whenQuiet: async () => void await Promise.allSettled(looks),
  };
}
