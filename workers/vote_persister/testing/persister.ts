/** A running consumer for a test, in a loop as the program runs it, with a pool whose connections a test can cut. */
import { assertEquals } from "@std/assert";
import type { Kafka, Message } from "kafkajs";
import { Registry } from "prom-client";
import { runLoop } from "../../../shared/lifecycle/loop.ts";
import { createPostgresPool, type PostgresPool } from "../../../shared/postgres/pool.ts";
import { totalsOf } from "../../../shared/testing/votes.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { StoredVote } from "../../../shared/vote/record.ts";
import { createVoteConsumer } from "../consumer.ts";
import { createDeadLetters } from "../dead_letters.ts";
import { createPersisterMetrics } from "../metrics.ts";
import { createVoteStore } from "../vote_store.ts";
import type { Ledger } from "./ledger.ts";

/** A group that loses a member without a word waits for its session; a loaded machine takes its time as well. */
const LONG_MS = 90_000;

export interface RunningConsumer {
  /** What ended it, if anything did. */
  failure(): unknown;
  /** As on SIGTERM. */
  stop(): Promise<void>;
}

export interface CuttablePool {
  readonly pool: PostgresPool;
  /** Ends every connection from the server's side, as a restart of Postgres does. */
  cutConnections(): Promise<void>;
}

export function groupOf({ topic }: World): string {
  return `${topic}.vote_persister`;
}

/** `observer` is another pool: what cuts the connections must not cut its own. */
export function createCuttablePool(world: World, observer: PostgresPool): CuttablePool {
  const pool = createPostgresPool({
    url: world.addresses.postgresUrl,
    schema: world.name,
    connectionsMax: 5,
    log: world.log,
  });
  world.defer(() => pool.end());
  const processes = new Set<number>();
  // What pg knows of a connection and its types do not tell.
  pool.on("connect", (client) => void processes.add((client as unknown as { processID: number }).processID));
  return {
    pool,
    async cutConnections() {
      await observer.query("select pg_terminate_backend(pid) from unnest($1::int[]) as pid", [[
        ...processes,
      ]]);
      processes.clear();
    },
  };
}

/** Resolves when its partitions are assigned and it knows where to read from, or when it has ended. */
export async function startConsumer(
  world: World,
  { kafka, pool }: { kafka: Kafka; pool: PostgresPool },
): Promise<RunningConsumer> {
  const stopping = new AbortController();
  const { log } = world;
  const metrics = createPersisterMetrics(new Registry());
  const deadLetters = createDeadLetters(kafka, { metrics, log });
  const consumer = createVoteConsumer({
    kafka,
    topic: world.topic,
    replicas: 1,
    pool,
    store: createVoteStore(pool, { requestLifeMs: 120_000 }),
    metrics,
    bury: deadLetters.bury,
    log,
  });
  const { signal } = stopping;
  const ended = runLoop({ name: "consumer", signal, log, step: () => consumer.run(signal).then(() => 0) });
  let failure: unknown;
  ended.catch((error) => failure = error);
  const stop = async () => {
    stopping.abort();
    await ended.catch(() => {});
    await deadLetters.close();
  };
  world.defer(stop);
  await waitFor(() => failure !== undefined || consumer.isReady(), {
    what: "the consumer's partitions",
    withinMs: LONG_MS,
  });
  return { failure: () => failure, stop };
}

/** Resolves when the ledger holds these votes and nothing else, each counted once. */
export async function untilStored(ledger: Ledger, sent: readonly StoredVote[]): Promise<void> {
  await waitFor(async () => (await ledger.events()).length >= sent.length, {
    what: `${sent.length} votes in Postgres`,
    withinMs: LONG_MS,
  });
  assertEquals(await ledger.totals(), totalsOf(sent));
  assertEquals((await ledger.events()).length, sent.length);
}

export interface VoteSource {
  send(votes: readonly StoredVote[]): Promise<void>;
  sendRaw(messages: Message[]): Promise<void>;
}

/** Puts records into the world's topic as the relay does. */
export async function createVoteSource(world: World, kafka: Kafka): Promise<VoteSource> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  world.defer(() => producer.disconnect());
  const sendRaw = async (messages: Message[]) => {
    await producer.send({ topic: world.topic, acks: -1, messages });
  };
  return {
    sendRaw,
    send: (votes) => sendRaw(votes.map((vote) => ({ key: vote.id, value: JSON.stringify(vote) }))),
  };
}
