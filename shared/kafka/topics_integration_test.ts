import { assertEquals } from "@std/assert";
import type { Admin } from "kafkajs";
import { createWorld, type World } from "../testing/world.ts";
import { createKafkaClient } from "./client.ts";
import { deadLetterTopic, ensureTopics, PARTITION_COUNT, topicConfigs } from "./topics.ts";

/** kafkajs's ConfigResourceTypes.TOPIC; its enum is no value that a module without types would have. */
const TOPIC_RESOURCE = 2;

async function connectAdmin(world: World): Promise<Admin> {
  const kafka = createKafkaClient({
    brokers: world.addresses.kafkaBrokers,
    clientId: world.name,
    log: world.log,
  });
  const admin = kafka.admin();
  await admin.connect();
  world.defer(() => admin.disconnect());
  return admin;
}

/** The topics' partitions and the configs that we asked for, as Kafka has them. */
async function describe(admin: Admin, topics: readonly string[]) {
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: TOPIC_RESOURCE, name })),
  });
  return topics.map((name) => ({
    name,
    partitions: found.find((topic) => topic.name === name)?.partitions.length,
    configs: Object.fromEntries(
      (resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [])
        .map(({ configName, configValue }) => [configName, configValue]),
    ),
  }));
}

async function assertAsConfigured(world: World, admin: Admin): Promise<void> {
  const { topic } = world;
  const wanted = topicConfigs({ topic, replicas: 1 });
  for (const { name, partitions, configs } of await describe(admin, [topic, deadLetterTopic(topic)])) {
    assertEquals(partitions, PARTITION_COUNT, name);
    const entries = wanted.find((config) => config.topic === name)?.configEntries ?? [];
    assertEquals(entries.length, name === topic ? 5 : 6, name);
    for (const entry of entries) assertEquals(configs[entry.name], entry.value, `${name}: ${entry.name}`);
  }
}

function deleteTopicsLater(world: World, admin: Admin): void {
  world.defer(() => admin.deleteTopics({ topics: [world.topic, deadLetterTopic(world.topic)] }));
}

Deno.test("ensureTopics() makes both topics with their partitions and configs, and is harmless the second time", async () => {
  await using world = await createWorld();
  const admin = await connectAdmin(world);
  deleteTopicsLater(world, admin);
  await ensureTopics(admin, { topic: world.topic, replicas: 1 });
  await assertAsConfigured(world, admin);
  await ensureTopics(admin, { topic: world.topic, replicas: 1 });
  await assertAsConfigured(world, admin);
});

Deno.test("ensureTopics() may run in several processes at once", async () => {
  await using world = await createWorld();
  const admins = await Promise.all(Array.from({ length: 4 }, () => connectAdmin(world)));
  const [first] = admins as [Admin];
  deleteTopicsLater(world, first);
  await Promise.all(admins.map((admin) => ensureTopics(admin, { topic: world.topic, replicas: 1 })));
  await assertAsConfigured(world, first);
});

Deno.test("ensureTopics() makes the one that is missing beside one that is there", async () => {
  await using world = await createWorld();
  const admin = await connectAdmin(world);
  deleteTopicsLater(world, admin);
  const [votes] = topicConfigs({ topic: world.topic, replicas: 1 });
  if (votes) await admin.createTopics({ topics: [votes], waitForLeaders: false });
  await ensureTopics(admin, { topic: world.topic, replicas: 1 });
  await assertAsConfigured(world, admin);
});
