/**
 * The topics, made by us: a topic that Kafka makes by itself would have one partition and forget after a week.
 */
import type { Admin, ITopicConfig } from "kafkajs";
import { setTimeout as timeout } from "node:timers/promises";

export const PARTITION_COUNT = 12;
const RETENTION_MS = 30 * 24 * 3600 * 1000;
/** Twice what Kafka takes in by itself. */
const DEAD_LETTER_BYTES_MAX = 2 * 1_048_588;
const LEADERS_WITHIN_MS = 10_000;
const LOOK_MS = 50;
/** What a broker says of a topic that was made a moment ago. */
const NOT_YET: ReadonlySet<unknown> = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"]);

/** Where records go that can never be stored. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dead`;
}

/** Makes the topics that are not there yet and waits for their leaders; any number of processes may call it at once. */
export async function ensureTopics(
  admin: Pick<Admin, "createTopics" | "listTopics" | "fetchTopicMetadata">,
  { topic, replicas }: { topic: string; replicas: number },
): Promise<void> {
  const there = new Set(await admin.listTopics());
  const wanted = topicConfigs({ topic, replicas });
  const topics = wanted.filter((config) => !there.has(config.topic));
  if (topics.length === 0) return;
  // Another process may make them in between: kafkajs takes "already exists" for done. Its own wait for leaders gives
  // up at the first "unknown topic", which a busy broker answers for a moment.
  await admin.createTopics({ topics, waitForLeaders: false });
  const deadline = performance.now() + LEADERS_WITHIN_MS;
  while (!await haveLeaders(admin, wanted.map((config) => config.topic))) {
    if (performance.now() > deadline) {
      throw new Error(`Make topic "${topic}": no leaders after ${LEADERS_WITHIN_MS} ms`);
    }
    await timeout(LOOK_MS);
  }
}

async function haveLeaders(admin: Pick<Admin, "fetchTopicMetadata">, names: string[]): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: names });
    return topics.every(({ partitions }) =>
      partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)
    );
  } catch (error) {
    // kafkajs retries the second by itself, then hands it over as a cause.
    const { type, cause } = error as { type?: unknown; cause?: { type?: unknown } };
    if (NOT_YET.has(type) || NOT_YET.has(cause?.type)) return false;
    throw error;
  }
}

/** Exported for its test. */
export function topicConfigs({ topic, replicas }: { topic: string; replicas: number }): ITopicConfig[] {
  const configEntries = [
    { name: "cleanup.policy", value: "delete" },
    { name: "retention.ms", value: String(RETENTION_MS) },
    { name: "retention.bytes", value: "-1" },
    { name: "min.insync.replicas", value: replicas >= 3 ? "2" : "1" },
    { name: "unclean.leader.election.enable", value: "false" },
  ];
  // A dead letter is as long as any record that Kafka took in, and carries its cause and origin besides.
  const roomForHeaders = { name: "max.message.bytes", value: String(DEAD_LETTER_BYTES_MAX) };
  return [
    { topic, configEntries },
    { topic: deadLetterTopic(topic), configEntries: [...configEntries, roomForHeaders] },
  ].map((config) => ({ ...config, numPartitions: PARTITION_COUNT, replicationFactor: replicas }));
}
