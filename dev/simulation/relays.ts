/** The relays: the project's own code, over a simulated outbox and Kafka. No lease: it guards nothing. */
import type { Message } from "kafkajs";
import { type Outbox, relayVotes } from "../../workers/outbox_relay/relay.ts";
import type { Actor, Life } from "./actor.ts";
import { createKafkaLink, createRedisLink, type KafkaLink, type RedisLink } from "./links.ts";
import { createLog, gone, PARTITIONS, type World } from "./world.ts";

/** So that few votes make many batches. */
const BATCH_MAX = 5;

const encoder = new TextEncoder();

export function beginRelay(world: World, actor: Actor): Life & { redis: RedisLink } {
  const calls = askSeveralAtOnce(world, actor);
  const redis = createRedisLink(world, calls.actor);
  const kafka = createKafkaLink(world, calls.actor);
  let unsent: Message[] = [];
  const isWaitedFor = world.broken !== "trim_before_ack";
  const relay = {
    outbox: createSimulatedOutbox(world, redis),
    log: createLog(world, { who: actor.name }),
    mayGoOn: () => Promise.resolve(world.random.chance(0.8)),
    send: (messages: readonly Message[]) =>
      isWaitedFor ? send(world, { kafka, messages }) : Promise.resolve(void unsent.push(...messages)),
  };
  return {
    redis,
    async run() {
      unsent = [];
      try {
        await relayVotes({ ...relay, entriesMax: world.random.int(1, BATCH_MAX) });
        // What was not waited for is sent when the rest is over.
        if (unsent.length > 0) await send(world, { kafka, messages: unsent });
      } finally {
        if (calls.openCount() > 0) world.problems.push(`${actor.name} left calls under way`);
      }
    },
  };
}

/** An actor that asks the stores several things at once: at its turn any one of them is done. */
function askSeveralAtOnce({ random, count }: World, actor: Actor): { actor: Actor; openCount(): number } {
  const open: { act: () => unknown; answer: PromiseWithResolvers<unknown> }[] = [];
  let isAsked = false;

  function ask(): void {
    if (isAsked || open.length === 0) return;
    isAsked = true;
    if (open.length > 1) count("relay with several calls at once");
    let answer: PromiseWithResolvers<unknown> | undefined;
    const done = actor.call(() => {
      const [chosen] = open.splice(open.length > 1 ? random.int(0, open.length - 1) : 0, 1);
      answer = chosen?.answer;
      return chosen?.act();
    });
    done.then((value) => answer?.resolve(value), (error) => answer?.reject(error)).then(() => {
      isAsked = false;
      ask();
    });
  }

  const call = (act: () => unknown) => {
    const answer = Promise.withResolvers<unknown>();
    open.push({ act, answer });
    ask();
    return answer.promise;
  };
  return { actor: Object.create(actor, { call: { value: call } }) as Actor, openCount: () => open.length };
}

/** Trims where it has read and nowhere else: another copy of Redis may hold older votes that no relay has seen. */
function createSimulatedOutbox(world: World, link: RedisLink): Outbox {
  let readFrom: string | undefined;
  return {
    async head(countMax) {
      readFrom = link.incarnation();
      return await link.call(({ data }) => data.head(countMax));
    },
    async after(id, countMax) {
      if (link.incarnation() !== readFrom) {
        throw gone("Read on in the outbox: another Redis has taken its place");
      }
      return await link.call(({ data }) => {
        const isAfter = ({ id: other }: { id: string }) => isLater(other, id);
        return data.head(Infinity).filter(isAfter).slice(0, countMax);
      });
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

function isLater(id: string, than: string): boolean {
  const [[epoch = 0, version = 0], [thanEpoch = 0, thanVersion = 0]] = [id, than].map((text) =>
    text.split("-").map(Number)
  ) as [number[], number[]];
  return epoch > thanEpoch || (epoch === thanEpoch && version > thanVersion);
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
