/**
 * The relay's own loop over a full outbox, with kafkajs beside it sending the same records from memory: to the same
 * topic, in batches of the same size, each acknowledged before the next. That is what the relay's client library can do
 * at all; what is missing to it is what the outbox costs.
 */
import { relayVotes } from "../../../workers/outbox_relay/relay.ts";
import { createRedisOutbox } from "../../../workers/outbox_relay/redis_outbox.ts";
import { createVoteProducer } from "../../../workers/outbox_relay/vote_producer.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { interleave } from "../interleave.ts";
import { outboxVotes, recordsOf } from "./records.ts";
import { sendFromMemory } from "./limit.ts";
import { fillOutbox } from "./fill.ts";

/** Votes that both sides move to find out how many they move in a second. */
const TRIAL_VOTES = 20_000;
/** Redis holds them all at once. */
const VOTES_MAX = 500_000;

export const relayBench: Bench = {
  name: "relay",
  title: "The relay from a full outbox to Kafka, against kafkajs sending the same records from memory",
  run,
};

async function run({ createWorld, rounds, seconds, signal, say }: BenchContext): Promise<readonly Figure[]> {
  await using world = await createWorld();
  const kafka = await world.kafka();
  const producer = createVoteProducer(kafka, { topic: world.topic, replicas: 1, log: world.log });
  world.defer(() => producer.close());
  await producer.prepare();
  const outbox = createRedisOutbox(world.redis, world.keys);
  const mayGoOn = () => Promise.resolve(!signal.aborted);

  async function relayAll(count: number): Promise<number> {
    await fillOutbox(world, outboxVotes(count));
    const beganAt = performance.now();
    let moved = 0;
    // As the relay's loop does: one call moves a bounded number.
    for (let last = -1; moved !== last && moved < count;) {
      last = moved;
      moved += await relayVotes({ outbox, send: producer.send, mayGoOn, log: world.log });
    }
    const tookMs = performance.now() - beganAt;
    signal.throwIfAborted();
    if (moved !== count) throw new Error(`Relay ${count} votes: ${moved} were moved`);
    return 1000 * count / tookMs;
  }

  async function fromMemory(count: number): Promise<number> {
    const messages = recordsOf(outboxVotes(count));
    const beganAt = performance.now();
    await sendFromMemory(messages, { send: producer.send, signal });
    return 1000 * count / (performance.now() - beganAt);
  }

  await relayAll(TRIAL_VOTES);
  const count = Math.min(VOTES_MAX, Math.ceil(await fromMemory(TRIAL_VOTES) * seconds));
  say(`${count} votes a side`);
  const sides = { relay: () => relayAll(count), memory: () => fromMemory(count) };
  const { relay, memory } = await interleave(sides, { rounds, signal });
  return [{
    what: "outbox to Kafka",
    unit: "votes/s",
    samples: relay,
    limit: { what: "kafkajs, the same records from memory", samples: memory },
    wanted: { atLeast: 0.8 },
  }];
}
