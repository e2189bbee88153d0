import { assert, assertEquals, assertRejects } from "@std/assert";
import type { EachBatchPayload } from "kafkajs";
import { Registry } from "prom-client";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { kafkaBytes, storedVotes } from "../../shared/testing/votes.ts";
import { createPersisterMetrics } from "./metrics.ts";
import { BATCH_ROWS_MAX, consumeBatch, type ConsumeBatchOptions } from "./consume_batch.ts";
import type { VoteStore } from "./vote_store.ts";

const PARTITION = 3;
const FIRST_OFFSET = 500n;

/** What the one statement is asked to store: the offsets that it begins and ends with. */
type Range = [first: bigint, next: bigint];

/** A consumer's view of one batch, with a Postgres that answers as the test says. */
function createScene({ count, malformed = [] }: { count: number; malformed?: readonly number[] }) {
  const broken = new Set(malformed);
  const scene = {
    asked: [] as Range[],
    answer: (_range: Range): Promise<boolean> | boolean => true,
    resolved: [] as string[],
    committed: [] as string[],
    buried: [] as bigint[][],
    seeked: [] as number[][],
    heartbeats: 0,
    expelled: undefined as Error | undefined,
    stale: false,
    running: true,
    log: createSilentLogger(),
    stored: new Map<number, bigint>(),
  };
  const store: VoteStore = {
    async storeVotes({ batch: { firstOffset, nextOffset } }) {
      const range: Range = [firstOffset, nextOffset];
      scene.asked.push(range);
      const gateOpen = await scene.answer(range);
      return { gateOpen, insertedCount: 1, contested: [], versionClashes: [] };
    },
    storeContestedVote: () => Promise.reject(new Error("nothing here is contested")),
  };
  const options: ConsumeBatchOptions = {
    store,
    metrics: createPersisterMetrics(new Registry()),
    clusterId: "cluster",
    bury: (_address, records) =>
      Promise.resolve(void scene.buried.push(records.map(({ record }) => record.offset))),
    consumer: {
      commitOffsets: (offsets) =>
        Promise.resolve(void scene.committed.push(...offsets.map(({ offset }) => offset))),
    },
    seekToStored: (partitions) => Promise.resolve(void scene.seeked.push([...partitions])),
    stored: scene.stored,
    signal: new AbortController().signal,
    log: scene.log,
  };
  const messages = storedVotes(count).map((vote, index) => ({
    offset: String(FIRST_OFFSET + BigInt(index)),
    key: null,
    value: broken.has(index) ? new Uint8Array() : kafkaBytes(vote),
  }));
  const payload = {
    batch: { topic: "votes", partition: PARTITION, messages },
    resolveOffset: (offset: string) => void scene.resolved.push(offset),
    heartbeat() {
      scene.heartbeats += 1;
      return scene.expelled ? Promise.reject(scene.expelled) : Promise.resolve();
    },
    isRunning: () => scene.running,
    isStale: () => scene.stale,
  } as unknown as EachBatchPayload;
  return { scene, options, consume: (changed = {}) => consumeBatch({ ...options, ...changed }, payload) };
}

Deno.test("consumeBatch() stores chunk by chunk and resolves each when it is stored", async () => {
  const { scene, consume } = createScene({ count: 2 * BATCH_ROWS_MAX + 1 });
  await consume();
  assertEquals(scene.asked, [[500n, 2500n], [2500n, 4500n], [4500n, 4501n]]);
  assertEquals(scene.resolved, ["2499", "4499", "4500"]);
  assertEquals(scene.stored.get(PARTITION), 4501n);
  assertEquals(scene.committed, ["4501"]);
  assert(scene.heartbeats >= 3);
});

Deno.test("consumeBatch() tries again while Postgres is away, and passes over nothing", async () => {
  const { scene, consume } = createScene({ count: 5 });
  let failures = 3;
  scene.answer = () => failures-- > 0 ? Promise.reject(new Error("away")) : true;
  await consume();
  assertEquals(scene.asked, Array(4).fill([500n, 505n]));
  assertEquals(scene.resolved, ["504"]);
  const warnings = scene.log.events.filter(({ event }) => event === "batch_failed");
  assertEquals(warnings.map(({ fields }) => fields.failures), [1, 2, 3]);
});

Deno.test("consumeBatch() buries again what Kafka did not acknowledge", async () => {
  const { scene, consume } = createScene({ count: 2, malformed: [0] });
  let failures = 2;
  const calls: bigint[] = [];
  await consume({
    bury: (_address: unknown, [letter]: [{ record: { offset: bigint } }]) => {
      calls.push(letter.record.offset);
      return failures-- > 0 ? Promise.reject(new Error("no broker")) : Promise.resolve();
    },
  });
  assertEquals(calls, [500n, 500n, 500n]);
  assertEquals(scene.asked.length, 1);
});

Deno.test("consumeBatch() stops between two chunks when the partition is read from elsewhere now", async () => {
  const { scene, consume } = createScene({ count: BATCH_ROWS_MAX + 1 });
  scene.answer = () => scene.stale = true;
  await consume();
  assertEquals(scene.asked.length, 1);
  assertEquals(scene.resolved, ["2499"]);
});

Deno.test("consumeBatch() gives up a batch that fails when the partition is not its own any more", async () => {
  for (const end of ["stale", "stopped"] as const) {
    const { scene, consume } = createScene({ count: 1 });
    scene.answer = () => {
      if (end === "stale") scene.stale = true;
      else scene.running = false;
      return Promise.reject(new Error("away"));
    };
    await consume();
    assertEquals([scene.asked.length, scene.resolved, scene.committed], [1, [], []]);
  }
});

Deno.test("consumeBatch() reads again from where Postgres is when Postgres refuses the batch", async () => {
  const { scene, consume } = createScene({ count: BATCH_ROWS_MAX + 1 });
  scene.answer = () => false;
  await consume();
  assertEquals([scene.asked.length, scene.seeked], [1, [[PARTITION]]]);
  assertEquals([scene.resolved, scene.committed, scene.stored.size], [[], [], 0]);
});

Deno.test("consumeBatch() lets kafkajs know that the group has moved on, stored or not", async () => {
  for (const answer of [true, false]) {
    const { scene, consume } = createScene({ count: 1 });
    scene.expelled = new Error("rebalancing");
    scene.answer = () => answer ? true : Promise.reject(new Error("away"));
    await assertRejects(() => consume(), Error, "rebalancing");
    assertEquals(scene.resolved, answer ? ["500"] : []);
  }
});

Deno.test("consumeBatch() rests nothing on Kafka's committed offsets", async () => {
  const { scene, consume } = createScene({ count: 1 });
  await consume({ consumer: { commitOffsets: () => Promise.reject(new Error("not the coordinator")) } });
  assertEquals([scene.resolved, scene.stored.get(PARTITION)], [["500"], 501n]);
});
