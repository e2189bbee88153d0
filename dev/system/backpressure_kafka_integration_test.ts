/**
 * Kafka that answers and takes nothing. What was accepted waits in the outbox; what the outbox cannot hold is refused;
 * all of it flows when Kafka takes votes again.
 *
 * The topic is told to take records of one byte at most. A wish for more copies in sync than there are would be nearer
 * to life, but Kafka 4 never asks for more of them than a partition has replicas, and one broker has one.
 */
import { assert, assertEquals } from "@std/assert";
import type { Admin } from "kafkajs";
import { topicConfigs } from "../../shared/kafka/topics.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { type BackpressureScene, connectAdmin, startScene, untilLogged } from "./backpressure_scene.ts";

/** kafkajs's ConfigResourceTypes.TOPIC; its enum is no value that a module without types would have. */
const TOPIC_RESOURCE = 2;
const OUTBOX_MAX = 60;

Deno.test("while Kafka takes nothing votes are accepted and wait in the outbox, and flow by themselves afterwards", async () => {
  await using world = await createWorld();
  const scene = await startScene(world);
  const admin = await connectAdmin(world);
  await limitRecords(admin, { world, bytesMax: 1 });
  await untilRefusedByKafka(scene);
  const waitingBefore = await scene.outboxLength();
  await scene.untilAccepted(100);
  // Nothing leaves that Kafka has not acknowledged; some of the answers were already under way when the length was read.
  assert(await scene.outboxLength() >= waitingBefore + 50);

  await limitRecords(admin, { world, bytesMax: undefined });
  await scene.untilOutboxEmpty();
  await scene.untilAccepted(100);
  await scene.finish();
});

Deno.test("while Kafka takes nothing votes are refused at the outbox's cap, and everything drains afterwards", async () => {
  await using world = await createWorld();
  const scene = await startScene(world, { CAST_OUTBOX_MAX: String(OUTBOX_MAX) });
  const admin = await connectAdmin(world);
  await limitRecords(admin, { world, bytesMax: 1 });
  await untilRefusedByKafka(scene);
  await scene.untilAnswered("OVERLOADED", 100);
  assertEquals(await scene.outboxLength(), OUTBOX_MAX);

  await limitRecords(admin, { world, bytesMax: undefined });
  await scene.untilAccepted(100);
  await scene.finish();
});

async function limitRecords(
  admin: Admin,
  { world, bytesMax }: { world: World; bytesMax: number | undefined },
): Promise<void> {
  const [votes] = topicConfigs({ topic: world.topic, replicas: 1 });
  const limit = bytesMax === undefined ? [] : [{ name: "max.message.bytes", value: String(bytesMax) }];
  // Kafka takes the list as a whole: what is not named goes back to the broker's own.
  const configEntries = [...votes?.configEntries ?? [], ...limit];
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: TOPIC_RESOURCE, name: world.topic, configEntries }],
  });
}

/** The relay says why votes wait. */
async function untilRefusedByKafka(scene: BackpressureScene): Promise<void> {
  await untilLogged(scene.program("outbox_relay"), {
    what: "that Kafka refuses",
    isWanted: (line) =>
      line.event === "relay_failed" && JSON.stringify(line).includes("larger than the max message size"),
  });
}
