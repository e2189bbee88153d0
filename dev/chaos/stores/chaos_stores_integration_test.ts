import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { createKafkaClient } from "../../../shared/kafka/client.ts";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { createCheckout } from "../../stack/checkout.ts";
import { CHAOS_RUN_PREFIX } from "./chaos_run.ts";
import { createChaosStores } from "./chaos_stores.ts";
import { hasEmbeddedStores } from "./testing/test_run.ts";

Deno.test({
  name: "each client reaches Kafka by its own proxy alone, also after the broker was wiped",
  ignore: !hasEmbeddedStores(),
}, async () => {
  const stores = await createChaosStores({
    checkout: createCheckout(),
    run: `${CHAOS_RUN_PREFIX}test-${crypto.randomUUID().slice(0, 8)}`,
    environment: Deno.env.toObject(),
    clients: ["one", "other"],
  });
  try {
    assertThrows(() => stores.proxyFor("kafka", "none"), RangeError);
    const clusterId = stores.kafka.clusterId();
    const { kafkaBrokers } = stores.addressesFor("one");
    // What the broker calls itself is where its clients go for all but their first question.
    assertEquals(await ask(kafkaBrokers, { make: "votes" }), { broker: kafkaBrokers, topics: ["votes"] });
    await stores.kafka.wipe();
    assertNotEquals(stores.kafka.clusterId(), clusterId);
    assertEquals(await ask(kafkaBrokers), { broker: kafkaBrokers, topics: [] });
    assertNotEquals(stores.proxyFor("kafka", "one").counters().answerBytes, 0);
    assertEquals(stores.proxyFor("kafka", "other").counters().connections, 0);
  } finally {
    await stores.stop();
  }
});

async function ask(
  broker: string,
  { make }: { make?: string } = {},
): Promise<{ broker: string; topics: string[] }> {
  const kafka = createKafkaClient({ brokers: [broker], clientId: "test", log: createSilentLogger() });
  const admin = kafka.admin();
  await admin.connect();
  try {
    if (make) await admin.createTopics({ topics: [{ topic: make, numPartitions: 1 }] });
    const { brokers: [first] } = await admin.describeCluster();
    return { broker: `${first?.host}:${first?.port}`, topics: await admin.listTopics() };
  } finally {
    await admin.disconnect();
  }
}
