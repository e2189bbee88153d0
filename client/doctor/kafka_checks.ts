/** Is Kafka there, are the topics as they were made, and does anything lie among the dead letters? */
import { type Admin, ConfigResourceTypes } from "kafkajs";
import { kafkaAccess } from "../../shared/kafka/access.ts";
import { createKafkaClient, KAFKA_CALL_MS_MAX } from "../../shared/kafka/client.ts";
import { deadLetterTopic, topicConfigs } from "../../shared/kafka/topics.ts";
import { withinDeadline } from "../../shared/lifecycle/deadline.ts";
import { reasonOf } from "../terminal.ts";
import type { KafkaConfig } from "./config.ts";
import { type Notes, section } from "./finding.ts";
import { createLastWords, withoutPassword } from "./last_words.ts";

/** How far the votes' topic goes: what is stored of it, Postgres knows. */
export interface KafkaEnds {
  readonly clusterId: string;
  readonly topic: string;
  /** First offset that Kafka still has and the one after the last, by partition. */
  readonly partitions: ReadonlyMap<number, { readonly low: bigint; readonly high: bigint }>;
}

interface Wanted {
  readonly topic: string;
  readonly numPartitions: number;
  readonly configs: readonly { readonly name: string; readonly value: string }[];
}

const PREPARE = "Make it, as the owner: deno task prepare";

export async function checkKafka(config: KafkaConfig, notes: Notes): Promise<KafkaEnds | undefined> {
  const log = createLastWords();
  const admin = createKafkaClient({ ...kafkaAccess(config), clientId: "cast-doctor", log }).admin();
  const where = config.kafkaBrokers.join(",");
  try {
    return await withinDeadline(() => look(admin, { config, notes, where }), {
      ms: KAFKA_CALL_MS_MAX,
      what: "Ask Kafka",
    });
  } catch (error) {
    notes.fail("reachable", {
      says: `${where}: ${withoutPassword(log.reason() ?? reasonOf(error))}`,
      mend: `Is Kafka up, and are address and login right (CAST_KAFKA_BROKERS)? See ${
        section("caststoreunreachable")
      }`,
    });
    return undefined;
  } finally {
    await admin.disconnect();
  }
}

async function look(
  admin: Admin,
  { config, notes, where }: { config: KafkaConfig; notes: Notes; where: string },
): Promise<KafkaEnds | undefined> {
  const { kafkaTopic: topic, kafkaReplicas: replicas } = config;
  await admin.connect();
  const { brokers, clusterId } = await admin.describeCluster();
  notes.ok("reachable", `${where}, ${brokers.length} brokers`);
  const there = new Set(await admin.listTopics());
  for (const wanted of topicConfigs({ topic, replicas })) {
    if (!there.has(wanted.topic)) {
      notes.fail("topics", { says: `"${wanted.topic}" is not there`, mend: PREPARE });
      continue;
    }
    await checkTopic(admin, {
      notes,
      replicas,
      wanted: {
        topic: wanted.topic,
        numPartitions: wanted.numPartitions ?? 0,
        configs: (wanted.configEntries ?? []) as Wanted["configs"],
      },
    });
  }
  const dead = deadLetterTopic(topic);
  if (there.has(dead)) await checkDeadLetters(admin, { topic: dead, notes });
  if (!there.has(topic)) return undefined;
  const offsets = await admin.fetchTopicOffsets(topic);
  return {
    clusterId,
    topic,
    partitions: new Map(
      offsets.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]),
    ),
  };
}

async function checkTopic(
  admin: Admin,
  { wanted, replicas, notes }: { wanted: Wanted; replicas: number; notes: Notes },
): Promise<void> {
  const { topic, numPartitions } = wanted;
  const { topics: [metadata] } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = metadata?.partitions ?? [];
  const leaderless = partitions.filter(({ leader }) => leader < 0).length;
  const lacking = partitions.filter((partition) => partition.replicas.length < replicas).length;
  const behind = partitions.filter((partition) => partition.isr.length < partition.replicas.length).length;
  const troubles: string[] = [];
  if (leaderless > 0) troubles.push(`${leaderless} partitions have no leader`);
  if (partitions.length !== numPartitions) {
    troubles.push(`it has ${partitions.length} partitions, wanted ${numPartitions}`);
  }
  if (lacking > 0) troubles.push(`${lacking} partitions have fewer than ${replicas} replicas`);
  if (behind > 0) troubles.push(`${behind} partitions have replicas that are not in sync`);
  const different = await differences(admin, wanted);
  if (troubles.length + different.length === 0) {
    return notes.ok("topics", `"${topic}": ${partitions.length} partitions, settings as they were made`);
  }
  const trouble = {
    says: `"${topic}": ${[...troubles, ...different].join("; ")}`,
    mend: different.length > 0
      ? "Set them back with kafka-configs.sh --alter --entity-type topics"
      : "Look at Kafka's brokers; partitions and replicas are changed with kafka-reassign-partitions.sh",
  };
  if (leaderless > 0 || different.length > 0) notes.fail("topics", trouble);
  else notes.warn("topics", trouble);
}

/** Of the settings that a topic is made with. */
async function differences(admin: Admin, { topic, configs }: Wanted): Promise<string[]> {
  const { resources: [resource] } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{
      type: ConfigResourceTypes.TOPIC,
      name: topic,
      configNames: configs.map(({ name }) => name),
    }],
  });
  const found = new Map(
    resource?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
  return configs
    .filter(({ name, value }) => found.has(name) && found.get(name) !== value)
    .map(({ name, value }) => `${name} is ${found.get(name)}, wanted ${value}`);
}

async function checkDeadLetters(
  admin: Admin,
  { topic, notes }: { topic: string; notes: Notes },
): Promise<void> {
  const offsets = await admin.fetchTopicOffsets(topic);
  const count = offsets.reduce((sum, { low, high }) => sum + BigInt(high) - BigInt(low), 0n);
  if (count === 0n) return notes.ok("dead letters", "none");
  notes.warn("dead letters", {
    says: `${count} records lie there; one that was replayed lies there too`,
    mend: `Look which wait: cast dead-letters list; see ${section("dead-letters")}`,
  });
}
