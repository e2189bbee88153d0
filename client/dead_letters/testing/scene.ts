/** Dead letters in a world of their own, and the commands run on them. */
import type { Buffer } from "node:buffer";
import type { IHeaders, Kafka } from "kafkajs";
import { deadLetterHeaders, type DeadLetterLabel } from "../../../shared/kafka/dead_letter.ts";
import { deadLetterTopic } from "../../../shared/kafka/topics.ts";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { StoredVote } from "../../../shared/vote/record.ts";
import { parseCommand } from "../arguments.ts";
import { type DeadLetterSource, openDeadLetters } from "../dead_letter_source.ts";
import { listLetters } from "../list.ts";
import { replayLetters } from "../replay.ts";
import { createReplayProducer } from "../replay_producer.ts";
import { showLetter } from "../show.ts";

export interface Buried extends Partial<DeadLetterLabel> {
  readonly key?: string | null;
  readonly value: string | Buffer | null;
  /** Partition of the dead letters' topic. */
  readonly into?: number;
  readonly headers?: IHeaders;
}

export interface Scene {
  readonly pool: PostgresPool;
  readonly kafka: Kafka;
  /** Puts dead letters into partition 0 unless told otherwise, with origins 0, 1, … in partition 4. */
  bury(letters: readonly Buried[]): Promise<void>;
  /** Lines that the command printed, and whether it was content. */
  run(...args: string[]): Promise<{ lines: string[]; ok: boolean }>;
  list(...args: string[]): Promise<Record<string, unknown>[]>;
}

export async function createScene(world: World): Promise<Scene> {
  const [pool, kafka] = [await world.postgres(), await world.kafka()];
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  world.defer(() => producer.disconnect());
  let nextOffset = 0n;
  const originNext = () => ({ clusterId: "kafka-1", topic: world.topic, partition: 4, offset: nextOffset++ });
  async function run(...args: string[]) {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const { signal } = new AbortController();
    const source = await openDeadLetters(kafka, { topic: world.topic, signal, log: world.log });
    return { lines, ok: await act(world, { args, source, pool, kafka, write }) };
  }
  return {
    pool,
    kafka,
    run,
    async bury(letters) {
      for (const { key = null, value, into = 0, headers, ...label } of letters) {
        const origin = label.origin ?? originNext();
        const written = headers ??
          deadLetterHeaders({ reason: "not_json", detail: "", replayedFrom: undefined, ...label, origin });
        const message = { partition: into, key, value, headers: written };
        await producer.send({ topic: deadLetterTopic(world.topic), acks: -1, messages: [message] });
      }
    },
    list: async (...args) => (await run("list", "--json", ...args)).lines.map((line) => JSON.parse(line)),
  };
}

async function act(
  { topic }: World,
  { args, source, pool, kafka, write }: {
    args: string[];
    source: DeadLetterSource;
    pool: PostgresPool;
    kafka: Kafka;
    write: (line: string) => void;
  },
): Promise<boolean> {
  const command = parseCommand(args);
  if (command.kind === "list") return await listLetters({ ...command, source, pool, write }).then(() => true);
  if (command.kind === "show") return await showLetter({ ...command, source, write }).then(() => true);
  if (command.kind === "help") throw new Error("Run help: wanted a command on stores");
  const producer = createReplayProducer(kafka, topic);
  try {
    return await replayLetters({ ...command, source, pool, producer, topic, write });
  } finally {
    await producer.close();
  }
}

/** A row of the ledger, as if the vote had been stored. */
export async function store(pool: PostgresPool, { id, epoch, version }: StoredVote): Promise<void> {
  await pool.query(
    `insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts)
     values ($1, 0, $2, $3, now(), '{ada}', '{1}')`,
    [id, epoch, version],
  );
}
