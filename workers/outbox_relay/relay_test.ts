import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Message } from "kafkajs";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import type { OutboxEntry } from "../../shared/vote/record.ts";
import { BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, relayVotes, withinBytes } from "./relay.ts";

const VOTE_ID = "0198c0de-0000-7000-8000-000000000001";

function entry(version: number, vote = `{"v":1,"id":"${VOTE_ID}"}`): OutboxEntry {
  return { id: `12-${version}`, vote, at: String(1000 + version) };
}

function versionOf(id: string): number {
  return Number(id.split("-")[1]);
}

/** An outbox in memory, and a Kafka that acknowledges, with switches for what fails. */
function relayOver(entries: OutboxEntry[]) {
  const fake = {
    entries,
    sent: [] as Message[][],
    trimmed: [] as string[],
    sendError: undefined as Error | undefined,
    trimError: undefined as Error | undefined,
    order: [] as string[],
  };
  const step = () =>
    relayVotes({
      outbox: {
        head: (countMax) => Promise.resolve(fake.entries.slice(0, countMax)),
        after: (id, countMax) =>
          Promise.resolve(
            fake.entries.filter((each) => versionOf(each.id) > versionOf(id)).slice(0, countMax),
          ),
        trimThrough(id) {
          fake.order.push("trim");
          if (fake.trimError) return Promise.reject(fake.trimError);
          fake.trimmed.push(id);
          fake.entries = fake.entries.slice(fake.entries.findIndex((each) => each.id === id) + 1);
          return Promise.resolve();
        },
      },
      send(messages) {
        fake.order.push("send");
        if (fake.sendError) return Promise.reject(fake.sendError);
        fake.sent.push([...messages]);
        return Promise.resolve();
      },
      mayGoOn: () => Promise.resolve(true),
      log: createSilentLogger(),
    });
  return { fake, step };
}

Deno.test("relayVotes() sends the head in order, then trims through the last id", async () => {
  const { fake, step } = relayOver([entry(0), entry(1), entry(2)]);
  assertEquals(await step(), 3);
  assertEquals(fake.order, ["send", "trim"]);
  assertEquals(fake.sent[0]?.map(({ value }) => JSON.parse(String(value)).version), [0, 1, 2]);
  assertEquals(fake.trimmed, ["12-2"]);
});

Deno.test("relayVotes() leaves an entry that Kafka did not acknowledge", async () => {
  const { fake, step } = relayOver([entry(0), entry(1)]);
  fake.sendError = new Error("no answer");
  await assertRejects(step, Error, "no answer");
  assertEquals(fake.order, ["send"]);
  assertEquals(fake.entries.length, 2);
});

Deno.test("relayVotes() trims only after the acknowledgement, however long it takes", async () => {
  const acknowledged = Promise.withResolvers<void>();
  const trimmed: string[] = [];
  const moved = relayVotes({
    outbox: {
      head: () => Promise.resolve([entry(4)]),
      after: () => Promise.resolve([]),
      trimThrough: (id) => Promise.resolve(void trimmed.push(id)),
    },
    send: () => acknowledged.promise,
    mayGoOn: () => Promise.resolve(true),
    log: createSilentLogger(),
  });
  await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  assertEquals(trimmed, []);
  acknowledged.resolve();
  assertEquals(await moved, 1);
  assertEquals(trimmed, ["12-4"]);
});

Deno.test("relayVotes() sends a batch again that it could not trim: duplicates, no loss", async () => {
  const { fake, step } = relayOver([entry(0), entry(1)]);
  fake.trimError = new Error("cut");
  await assertRejects(step, Error, "cut");
  fake.trimError = undefined;
  assertEquals(await step(), 2);
  assertEquals(fake.sent.length, 2);
  assertEquals(fake.sent[0], fake.sent[1]);
  assertEquals(fake.entries, []);
});

Deno.test("relayVotes() neither sends nor trims when the outbox is empty", async () => {
  const { fake, step } = relayOver([]);
  assertEquals(await step(), 0);
  assertEquals(fake.order, []);
});

Deno.test("relayVotes() moves bounded batches until nothing is left", async () => {
  const total = BATCH_ENTRIES_MAX + 5;
  const { fake, step } = relayOver(Array.from({ length: total }, (_, version) => entry(version)));
  assertEquals([await step(), await step()], [total, 0]);
  assertEquals(fake.sent.map(({ length }) => length), [BATCH_ENTRIES_MAX, 5]);
  assertEquals(fake.trimmed, [`12-${BATCH_ENTRIES_MAX - 1}`, `12-${total - 1}`]);
});

Deno.test("relayVotes() keys a message by its vote id and adds epoch, version and time to the value", async () => {
  const vote = `{"v":1,"id":"${VOTE_ID}","shard":0,"names":["ada"],"counts":[1]}`;
  const { fake, step } = relayOver([{ id: "1790000000000-41", vote, at: "1790000000123" }]);
  await step();
  const [message] = fake.sent[0] ?? [];
  assertEquals(message?.key, VOTE_ID);
  assertEquals(message?.value, `${vote.slice(0, -1)},"epoch":1790000000000,"version":41,"at":1790000000123}`);
});

Deno.test("relayVotes() passes on an entry that is no vote, so that it becomes a dead letter", async () => {
  const malformed = ["", "{", "null", '{"id":"short"}', "\u0000"].map((vote, index) => entry(index, vote));
  const { fake, step } = relayOver([...malformed, { id: "x", vote: "", at: "" }]);
  assertEquals(await step(), 6);
  assert(fake.sent[0]?.every(({ key, value }) => key === null && typeof value === "string"));
  assertEquals(fake.entries, []);
});

Deno.test("withinBytes() keeps the batch below the bound, in order, whatever the letters", () => {
  for (const letter of ["a", "ü", "€"]) {
    const entries = Array.from({ length: 50 }, (_, version) => entry(version, letter.repeat(20_000)));
    const taken = withinBytes(entries);
    assertEquals(taken, entries.slice(0, taken.length));
    const bytes = taken.reduce((sum, { vote }) => sum + new TextEncoder().encode(vote).length, 0);
    assert(taken.length > 0 && bytes <= BATCH_BYTES_MAX, `${taken.length} entries, ${bytes} bytes`);
  }
});

Deno.test("withinBytes() lets the first entry pass whatever its size, and takes all that fit", () => {
  const huge = entry(0, "a".repeat(BATCH_BYTES_MAX));
  assertEquals(withinBytes([huge, entry(1)]), [huge]);
  const small = [entry(0), entry(1), entry(2)];
  assertEquals(withinBytes(small), small);
  assertEquals(withinBytes([]), []);
});

Deno.test("relayVotes() repeats a vote's traceparent in its record's header, and gives the others none", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const { fake, step } = relayOver([
    entry(0),
    entry(1, `{"v":1,"id":"${VOTE_ID}","traceparent":"${traceparent}"}`),
    entry(2, `{"v":1,"id":"${VOTE_ID}","traceparent":"garbage"}`),
    entry(3, "garbage"),
  ]);
  await step();
  assertEquals(fake.sent[0]?.map(({ headers }) => headers), [
    undefined,
    { traceparent },
    undefined,
    undefined,
  ]);
});
