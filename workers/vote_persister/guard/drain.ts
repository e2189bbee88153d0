/**
 * Waits until Postgres holds what Kafka held when the wait began. Only so that totals do not dip after a restore: what
 * comes later is carried. So the wait is short, and there is none when Kafka does not answer.
 */
import type { Admin } from "kafkajs";
import { withinDeadline } from "../../../shared/lifecycle/deadline.ts";
import { pause } from "../../../shared/lifecycle/pause.ts";
import type { Logger } from "../../../shared/log/logger.ts";
import type { GuardLedger } from "./ledger.ts";
import type { GuardMetrics } from "./metrics.ts";

type DrainAdmin = Pick<Admin, "connect" | "disconnect" | "describeCluster" | "fetchTopicOffsets">;

export interface DrainOptions {
  readonly ledger: Pick<GuardLedger, "readStored">;
  /** A fresh, unconnected admin client. */
  readonly createAdmin: () => DrainAdmin;
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly metrics: Pick<GuardMetrics, "drainBehind">;
  readonly log: Logger;
}

const DRAIN_MS_MAX = 10_000;
const LOOK_MS = 50;
/** How often the log says how far it is. */
const SAY_MS = 1000;

/** The end of one partition, as Kafka saw it at the start. */
interface End {
  readonly partition: number;
  readonly offset: bigint;
}

export async function drain(options: DrainOptions): Promise<void> {
  const { log, metrics, signal } = options;
  const begun = performance.now();
  const target = await readEnds(options);
  if (!target) return;
  let saidAt = -Infinity;
  try {
    while (!signal.aborted) {
      const behind = await countBehind(options, target);
      const waitedMs = Math.round(performance.now() - begun);
      metrics.drainBehind(Number(behind));
      if (behind === 0n) return waitedMs > 0 ? log.info("drain_finished", { waitedMs }) : undefined;
      if (waitedMs > DRAIN_MS_MAX) return log.warn("drain_given_up", { behind: `${behind}`, waitedMs });
      if (waitedMs - saidAt >= SAY_MS) {
        log.info("drain_waiting", { behind: `${behind}`, waitedMs });
        saidAt = waitedMs;
      }
      await pause(LOOK_MS, signal);
    }
  } finally {
    metrics.drainBehind(0);
  }
}

interface Ends {
  readonly clusterId: string;
  readonly ends: readonly End[];
}

/** Returns undefined when Kafka does not answer: then there is nothing to wait for. */
async function readEnds(options: DrainOptions): Promise<Ends | undefined> {
  const { createAdmin, log } = options;
  const admin = createAdmin();
  try {
    return await withinDeadline(() => askForEnds(admin, options.topic), {
      ms: DRAIN_MS_MAX,
      what: "Read Kafka's ends",
    });
  } catch (error) {
    log.info("drain_skipped", { error });
    return undefined;
  } finally {
    // Not waited for: the shard is closed meanwhile.
    admin.disconnect().catch((error) => log.debug("admin_disconnect_failed", { error }));
  }
}

async function askForEnds(admin: DrainAdmin, topic: string): Promise<Ends> {
  await admin.connect();
  const { clusterId } = await admin.describeCluster();
  const offsets = await admin.fetchTopicOffsets(topic);
  return { clusterId, ends: offsets.map(({ partition, high }) => ({ partition, offset: BigInt(high) })) };
}

/** How many records Postgres has yet to read. */
async function countBehind({ ledger, topic }: DrainOptions, { clusterId, ends }: Ends): Promise<bigint> {
  const stored = await ledger.readStored({ clusterId, topic });
  const next = new Map(stored.map(({ partition, nextOffset }) => [partition, nextOffset]));
  return ends.reduce((behind, { partition, offset }) => {
    const missing = offset - (next.get(partition) ?? 0n);
    return missing > 0n ? behind + missing : behind;
  }, 0n);
}
