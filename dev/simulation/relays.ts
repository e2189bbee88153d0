/** The relays: the project's own code for one batch, over a simulated outbox and Kafka. No lease: it guards nothing. */
import type { Message } from "kafkajs";
import { type Outbox, relayBatch } from "../../workers/outbox_relay/relay.ts";
import type { Actor, Life } from "./actor.ts";
import { createKafkaLink, createRedisLink, type KafkaLink, type RedisLink } from "./links.ts";
import { createLog, gone, PARTITIONS, type World } from "./world.ts";

/** So that few votes make many batches. */
const HEAD_MAX = 5;

const encoder = new TextEncoder();

export function beginRelay(world: World, actor: Actor): Life & { redis: RedisLink } {
  const redis = createRedisLink(world, actor);
  const kafka = createKafkaLink(world, actor);
  const log = createLog(world, { who: actor.name });
  const outbox = createSimulatedOutbox(world, redis);
  const isWaitedFor = world.broken !== "trim_before_ack";
  const relay = { outbox, log, send: (messages: readonly Message[]) => send(world, { kafka, messages }) };
  if (isWaitedFor) return { run: () => relayBatch(relay), redis };
  // One call at a time: what is not waited for is sent when the batch is over.
  return {
    redis,
    async run() {
      let unsent: readonly Message[] = [];
      const begin = (messages: readonly Message[]) => Promise.resolve(void (unsent = messages));
      await relayBatch({ ...relay, send: begin });
      await send(world, { kafka, messages: unsent });
    },
  };
}

/** Trims where it has read and nowhere else: another copy of Redis may hold older votes that no relay has seen. */
function createSimulatedOutbox(world: World, link: RedisLink): Outbox {
  let readFrom: string | undefined;
  return {
    async head(countMax) {
      readFrom = link.incarnation();
      const entriesMax = Math.min(countMax, world.random.int(1, HEAD_MAX));
      return await link.call(({ data }) => data.head(entriesMax));
    },
    async trimThrough(id) {
      const [epoch, version] = id.split("-").map(Number);
      const last = world.broken === "trim_too_far" ? `${epoch}-${(version ?? 0) + 1}` : id;
      if (link.incarnation() !== readFrom && world.broken !== "trim_elsewhere") {
        world.count("trim given up: another Redis");
        throw gone("Trim the outbox: another Redis has taken the place of the one that was read");
      }
      await link.call(({ data }) => {
        const trimmed = data.trimThrough(last);
        const unread = trimmed.filter(({ voteId }) => !world.kafka.acknowledged.has(voteId));
        if (unread.length > 0) {
          world.problems.push(`trimmed before Kafka had it: ${unread.map(({ voteId }) => voteId)}`);
        }
        if (trimmed.length > 0) world.count("outbox trimmed");
      });
    },
  };
}

/** As the producer: partition by partition, each whole; a batch whose answer is lost may be written twice. */
async function send(
  world: World,
  { kafka, messages }: { kafka: KafkaLink; messages: readonly Message[] },
): Promise<void> {
  const { random } = world;
  const order = random.chance(0.5) ? PARTITIONS : PARTITIONS.toReversed();
  for (const partition of order) {
    const own = messages.filter((message) => partitionOf(message) === partition);
    if (own.length === 0) continue;
    await kafka.call(() => {
      for (let times = random.chance(0.15) ? 2 : 1; times > 0; times--) append(world, { partition, own });
    });
    if (random.chance(0.02)) {
      world.count("answer of Kafka lost");
      throw gone("Reach Kafka: refused");
    }
  }
}

function append({ kafka, count }: World, { partition, own }: { partition: number; own: readonly Message[] }) {
  for (const { key, value } of own) {
    kafka.partitions[partition]?.push(encoder.encode(String(value)));
    if (kafka.acknowledged.has(String(key))) count("vote sent twice");
    kafka.acknowledged.add(String(key));
  }
}

function partitionOf({ key }: Message): number {
  return Number.parseInt(String(key).slice(-1), 16) % PARTITIONS.length;
}
