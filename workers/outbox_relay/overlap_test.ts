/** What the relay does at the same time, call by call: the test answers each by hand, in an order of its choice. */
import { assertEquals, assertRejects } from "@std/assert";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import type { OutboxEntry } from "../../shared/vote/record.ts";
import { BATCH_ENTRIES_MAX, relayVotes } from "./relay.ts";

/** Calls by the number of their batch, in the order asked: `read head`, `read on from 0`, `send 0`, `trim 0`. */
function startRelay() {
  const asked: string[] = [];
  const open = new Map<string, PromiseWithResolvers<unknown>>();
  const scene = { goesOn: true, isOver: false };

  function ask<T>(what: string): Promise<T> {
    const answer = Promise.withResolvers<unknown>();
    asked.push(what);
    open.set(what, answer);
    return answer.promise as Promise<T>;
  }

  const running = relayVotes({
    outbox: {
      head: () => ask<OutboxEntry[]>("read head"),
      after: (id) => ask<OutboxEntry[]>(`read on from ${batchOf(id)}`),
      trimThrough: (id) => ask<void>(`trim ${batchOf(id)}`),
    },
    send: ([message]) => ask<void>(`send ${batchOf(`12-${JSON.parse(String(message?.value)).version}`)}`),
    mayGoOn: () => Promise.resolve(scene.goesOn),
    log: createSilentLogger(),
  }).finally(() => scene.isOver = true);
  // Its error is looked at by the test that wants it.
  running.catch(() => {});

  return {
    asked,
    open,
    running,
    stop: () => void (scene.goesOn = false),
    isOver: () => scene.isOver,
    /** Answers a call, and lets the relay go on until it asks no more. */
    async answer(what: string, entries: readonly OutboxEntry[] = []) {
      take(what).resolve(entries);
      await settle();
    },
    async fail(what: string) {
      take(what).reject(new Error(`${what} failed`));
      await settle();
    },
  };

  function take(what: string): PromiseWithResolvers<unknown> {
    const answer = open.get(what);
    if (!answer) throw new Error(`Answer "${what}": wanted one of ${[...open.keys()].join(", ")}`);
    open.delete(what);
    return answer;
  }
}

/** Every promise that could be settled by what has happened is settled: a new task begins after all of them. */
async function settle(): Promise<void> {
  let hasTurned = false;
  setTimeout(() => hasTurned = true);
  await waitFor(() => hasTurned, { what: "the next task" });
}

/** A batch by its number: a full one unless told otherwise. */
function batch(number: number, count = BATCH_ENTRIES_MAX): OutboxEntry[] {
  const first = number * BATCH_ENTRIES_MAX;
  return Array.from(
    { length: count },
    (_, index) => ({ id: `12-${first + index}`, vote: `{"v":1}`, at: "1000" }),
  );
}

function batchOf(id: string): number {
  return Math.floor(Number(id.split("-")[1]) / BATCH_ENTRIES_MAX);
}

function under({ open }: { open: ReadonlyMap<string, unknown> }): string[] {
  return [...open.keys()];
}

Deno.test("relayVotes() reads on while Kafka has a full batch, and trims while it has the next", async () => {
  const relay = startRelay();
  await relay.answer("read head", batch(0));
  assertEquals(under(relay), ["send 0", "read on from 0"]);
  await relay.answer("read on from 0", batch(1));
  assertEquals(under(relay), ["send 0"]);
  await relay.answer("send 0");
  assertEquals(under(relay), ["trim 0", "send 1", "read on from 1"]);
  await relay.answer("send 1");
  await relay.answer("read on from 1", batch(2, 3));
  assertEquals(under(relay), ["trim 0"]);
  await relay.answer("trim 0");
  assertEquals(under(relay), ["trim 1", "send 2"]);
  await relay.answer("send 2");
  await relay.answer("trim 1");
  assertEquals([under(relay), relay.isOver()], [["trim 2"], false]);
  await relay.answer("trim 2");
  assertEquals(await relay.running, 2 * BATCH_ENTRIES_MAX + 3);
});

Deno.test("relayVotes() reads nothing ahead behind a batch that is not full: what comes meanwhile goes together", async () => {
  const relay = startRelay();
  await relay.answer("read head", batch(0, BATCH_ENTRIES_MAX - 1));
  assertEquals(under(relay), ["send 0"]);
  await relay.answer("send 0");
  await relay.answer("trim 0");
  assertEquals(await relay.running, BATCH_ENTRIES_MAX - 1);
});

Deno.test("relayVotes() trims nothing that Kafka refused, and ends when nothing is under way", async () => {
  const relay = startRelay();
  await relay.answer("read head", batch(0));
  await relay.answer("read on from 0", batch(1));
  await relay.answer("send 0");
  await relay.fail("send 1");
  assertEquals([under(relay), relay.isOver()], [["trim 0", "read on from 1"], false]);
  await relay.answer("read on from 1", batch(2));
  assertEquals([under(relay), relay.isOver()], [["trim 0"], false]);
  await relay.answer("trim 0");
  await assertRejects(() => relay.running, Error, "send 1 failed");
  assertEquals(relay.asked.filter((what) => !what.startsWith("read")), ["send 0", "trim 0", "send 1"]);
});

Deno.test("relayVotes() waits for what Kafka has before it ends with the error of a read", async () => {
  const relay = startRelay();
  await relay.answer("read head", batch(0));
  await relay.fail("read on from 0");
  assertEquals([under(relay), relay.isOver()], [["send 0"], false]);
  await relay.answer("send 0");
  await assertRejects(() => relay.running, Error, "read on from 0 failed");
});

Deno.test("relayVotes() sends nothing more after a trim that failed", async () => {
  const relay = startRelay();
  await relay.answer("read head", batch(0));
  await relay.answer("read on from 0", batch(1));
  await relay.answer("send 0");
  await relay.fail("trim 0");
  await relay.answer("read on from 1", batch(2));
  assertEquals([under(relay), relay.isOver()], [["send 1"], false]);
  await relay.answer("send 1");
  await assertRejects(() => relay.running, Error, "trim 0 failed");
  assertEquals(relay.asked.filter((what) => what.startsWith("trim")), ["trim 0"]);
});

Deno.test("relayVotes() that may not go on reads no more and moves what is under way", async () => {
  const relay = startRelay();
  await relay.answer("read head", batch(0));
  relay.stop();
  await relay.answer("read on from 0", batch(1));
  await relay.answer("send 0");
  assertEquals(under(relay), ["trim 0", "send 1"]);
  for (const what of ["trim 0", "send 1", "trim 1"]) await relay.answer(what);
  assertEquals(await relay.running, 2 * BATCH_ENTRIES_MAX);
});
