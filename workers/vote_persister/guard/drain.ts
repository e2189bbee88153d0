/**
 * Waits until Postgres holds what Kafka held when the wait began. Only so that totals do not dip after a restore: what
 * comes later is carried. So the wait is short, and there is none when Kafka does not answer.
 */
import type { Admin } from "kafkajs";
import { withinDeadline } from "../../../shared/lifecycle/deadline.ts";
import { pause } from "../../../shared/lifecycle/pause.ts";
import type { Logger } from "../../../shared/log/logger.ts";
import type { PostgresClient } from "../../../shared/postgres/pool.ts";

type DrainAdmin = Pick<Admin, "connect" | "disconnect" | "describeCluster" | "fetchTopicOffsets">;

export interface DrainOptions {
  readonly client: PostgresClient;
  /** A fresh, unconnected admin client. */
  readonly createAdmin: () => DrainAdmin;
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

const DRAIN_MS_MAX = 10_000;
const LOOK_MS = 50;

/** The end of one partition, as Kafka saw it at the start. */
interface End {
  readonly partition: number;
  readonly offset: bigint;
}

export async function drain(options: DrainOptions): Promise<void> {
  const { log, signal } = options;
  const target = await readEnds(options);
  if (!target) return;
  const deadline = performance.now() + DRAIN_MS_MAX;
  let behind = await countBehind(options, target);
  if (behind > 0n) log.info("drain_waiting", { behind: `${behind}` });
  while (behind > 0n && !signal.aborted) {
    if (performance.now() > deadline) return log.warn("drain_given_up", { behind: `${behind}` });
    await pause(LOOK_MS, signal);
    behind = await countBehind(options, target);
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
async function countBehind(
  { client, topic }: DrainOptions,
  { clusterId, ends }: Ends,
): Promise<bigint> {
  const { rows } = await client.query<{ partition: number; next_offset: string }>(
    "select partition, next_offset from consumed where cluster_id = $1 and topic = $2",
    [clusterId, topic],
  );
  const consumed = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
  return ends.reduce((behind, { partition, offset }) => {
    const missing = offset - (consumed.get(partition) ?? 0n);
    return missing > 0n ? behind + missing : behind;
  }, 0n);
}
