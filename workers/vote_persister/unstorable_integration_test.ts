/**
 * Records that can never be stored, among good ones, through the real consumer: every good vote is stored, every other
 * record is buried once with its reason, its origin and its bytes, and nothing is stuck.
 */
import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { deadLetterTopic, PARTITION_COUNT } from "../../shared/kafka/topics.ts";
import { readTopic } from "../../shared/testing/read_topic.ts";
import { storedVote, storedVotes } from "../../shared/testing/votes.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import type { StoredVote } from "../../shared/vote/record.ts";
import { createLedger } from "./testing/ledger.ts";
import { createVoteSource, startConsumer, untilStored } from "./testing/persister.ts";

type Fields = Record<string, unknown>;

/** The JSON of a good vote with some fields other than they may be; `undefined` leaves one out. */
function voteWith(fields: Fields): Buffer {
  return Buffer.from(JSON.stringify({ ...storedVote(), ...fields }));
}

async function createScene(world: World) {
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  return { ledger, kafka, source, start: () => startConsumer(world, { kafka, pool: ledger.pool }) };
}

/** Sends good votes before and after the bad records, all into one partition, and holds the persister to its promise. */
async function assertBuried(reason: string, values: readonly (Buffer | null)[]): Promise<void> {
  await using world = await createWorld();
  const { ledger, kafka, source, start } = await createScene(world);
  const good = storedVotes(20);
  const toMessage = (vote: StoredVote) => ({ partition: 3, key: vote.id, value: JSON.stringify(vote) });
  await source.sendRaw(good.slice(0, 10).map(toMessage));
  for (const value of values) await source.sendRaw([{ partition: 3, key: "bad", value }]);
  await source.sendRaw(good.slice(10).map(toMessage));
  await start();
  await untilStored(ledger, good);
  const letters = await readTopic(kafka, deadLetterTopic(world.topic));
  const found = letters.map(({ key, value, headers }) => ({
    key,
    value: value?.toString("latin1") ?? null,
    reason: headers["cast-reason"],
    topic: headers["cast-topic"],
    place: `${headers["cast-partition"]}/${headers["cast-offset"]}`,
  }));
  assertEquals(
    found,
    values.map((value, index) => ({
      key: "bad",
      value: value?.toString("latin1") ?? null,
      reason,
      topic: world.topic,
      place: `3/${10 + index}`,
    })),
  );
  const logged = world.log.events.filter(({ event }) => event === "record_buried");
  assertEquals(logged.length, values.length);
}

Deno.test("a record as long as Kafka takes is buried whole, though its label makes it longer", async () => {
  // What Kafka puts around a record with this key takes 78 bytes: one byte more is refused at the door.
  const longest = 1_048_588 - 78;
  await assertBuried("not_json", [Buffer.alloc(longest, "x"), Buffer.alloc(longest - 1, 0xff)]);
});

Deno.test("records of a version that nobody knows are buried", () =>
  assertBuried("unknown_version", [0, 2, "1", null, undefined, 1.5, [1]].map((v) => voteWith({ v }))));

Deno.test("records that are no JSON object are buried", () =>
  assertBuried(
    "not_json",
    ["", "{", "null", "7", "[]", '"text"', '{"v":1}}'].map((text) => Buffer.from(text)),
  ));

Deno.test("records that are not UTF-8 are buried byte for byte", () => {
  const cut = voteWith({ names: ["Zoë"] });
  cut[cut.indexOf(0xc3) + 1] = 0x20;
  return assertBuried("not_json", [
    Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
    Buffer.concat([voteWith({}), Buffer.from([0x80])]),
    cut,
  ]);
});

Deno.test("records without a value are buried", () => assertBuried("not_json", [null, null]));

Deno.test("records with impossible counts are buried", () =>
  assertBuried(
    "invalid_field",
    [[0], [-1], [2 ** 31], [1e300], [1.5], ["1"], [null], [], [1, 1], [[1]], "1", null, undefined]
      .map((counts) => voteWith({ counts })),
  ));

Deno.test("records of a shard that does not exist are buried", () =>
  assertBuried(
    "invalid_field",
    [1, 99_999, 100_000, -1, 0.5, "0", null].map((shard) => voteWith({ shard })),
  ));

Deno.test("records with an impossible id, epoch, version or time are buried", () => {
  const { id } = storedVote();
  return assertBuried("invalid_field", [
    ...[id.toUpperCase(), `${id}0`, "ada", 7, undefined].map((wrong) => voteWith({ id: wrong })),
    ...["epoch", "version", "at"].flatMap((field) =>
      [-1, 2 ** 53, 0.5, "7", undefined].map((wrong) => voteWith({ [field]: wrong }))
    ),
  ]);
});

Deno.test("records with names that break a rule are buried", () => {
  const names = [
    "",
    "a".repeat(65),
    "🎟".repeat(65),
    " ada",
    "ada ",
    "a\u0000b",
    "a\nb",
    "e\u0301",
    "\ud800",
    7,
    null,
  ];
  return assertBuried("invalid_field", [
    ...names.map((name) => voteWith({ names: [name] })),
    voteWith({ names: ["ada", "ada"], counts: [1, 1] }),
    voteWith({ names: [], counts: [] }),
    voteWith({ names: Array.from({ length: 21 }, (_, n) => `n${n}`), counts: Array(21).fill(1) }),
    voteWith({ voter: " ada" }),
    voteWith({ requestId: "é" }),
  ]);
});

Deno.test("votes whose names keep the rules are stored, however odd: quotes, braces, other scripts, 64 code points", async () => {
  await using world = await createWorld();
  const { ledger, kafka, source, start } = await createScene(world);
  const names = [
    ...['"', "\\", '\\"', "{a,b}", "NULL", "null", "$1", "'; drop table votes; --", "a  b", "a\u00a0b", "%s"],
    ...["Zoë", "日本", "עברית", "👩‍👩‍👧", "a\u200db", "ﬀ", "K", "🎟".repeat(64), "a".repeat(64), "__proto__"],
  ];
  const good = storedVotes(names.length + 1, {
    vary: (index) =>
      index < names.length
        ? { names: [names[index] as string], voter: names[index] as string }
        : { names: ["ada", "bob"], counts: [2 ** 31 - 1, 1] },
  });
  await source.send(good);
  await start();
  await untilStored(ledger, good);
  assertEquals(await readTopic(kafka, deadLetterTopic(world.topic)), []);
});

/** What a byte becomes, where, and whether bytes go or come. */
const mutation = fc.record({
  place: fc.double({ min: 0, max: 0.999999, noNaN: true }),
  kind: fc.constantFrom(
    "set" as const,
    "flip" as const,
    "insert" as const,
    "remove" as const,
    "cut" as const,
  ),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('0123456789-.eE"\\{}[],: ntu'))),
});

Deno.test("a record with any bytes changed is stored or buried, never both, never neither, and stops nothing", async () => {
  await using world = await createWorld();
  const { ledger, kafka, source, start } = await createScene(world);
  await start();
  let version = 0;
  let sent = 0;
  const property = async (mutations: MutationOf[][]) => {
    const values = mutations.map((some) =>
      some.reduce(mutate, Buffer.from(JSON.stringify(richVote(version++))))
    );
    // Round robin, and one good vote behind them in every partition.
    const last = storedVotes(PARTITION_COUNT, { firstVersion: version });
    version += last.length;
    await source.sendRaw(values.map((value, index) => ({ partition: index % PARTITION_COUNT, value })));
    await source.sendRaw(last.map((vote, partition) => ({ partition, value: JSON.stringify(vote) })));
    sent += values.length + last.length;
    await waitFor(async () => {
      const stored = new Set((await ledger.events()).map(({ vote_id }) => vote_id));
      return last.every(({ id }) => stored.has(id));
    }, { what: "the good votes behind the mutated records", withinMs: 60_000 });
    const letters = await readTopic(kafka, deadLetterTopic(world.topic));
    const places = letters.map(({ headers }) => `${headers["cast-partition"]}/${headers["cast-offset"]}`);
    assertEquals(new Set(places).size, places.length, "buried twice");
    // Each has an id of its own, so that what is not buried is a row of its own.
    assertEquals((await ledger.events()).length + places.length, sent, "both, or neither");
    const buried = new Set(letters.map(({ value }) => value?.toString("latin1")));
    const stored = new Set((await ledger.events()).map(({ vote_id }) => vote_id));
    for (const value of values) {
      assertEquals(stored.has(idOf(value) ?? ""), !buried.has(value.toString("latin1")), value.toString());
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(mutation, { minLength: 1, maxLength: 3 }), { minLength: 12, maxLength: 36 }),
      property,
    ),
    { numRuns: 20, endOnFailure: true },
  );
});

type MutationOf = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** A vote with every field there is. */
function richVote(version: number): StoredVote {
  return storedVote({
    names: ["ada", "Zoë"],
    counts: [3, 10],
    voter: "bob",
    requestId: crypto.randomUUID(),
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    version,
  });
}

function mutate(bytes: Buffer<ArrayBuffer>, { place, kind, byte }: MutationOf): Buffer<ArrayBuffer> {
  const at = Math.floor(place * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (kind) {
    case "set":
      return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
    case "flip":
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << byte % 8)), after.subarray(1)]);
    case "insert":
      return Buffer.concat([before, Buffer.of(byte), after]);
    case "remove":
      return Buffer.concat([before, after.subarray(1)]);
    case "cut":
      return Buffer.concat([before]);
  }
}

function idOf(value: Buffer): string | undefined {
  try {
    return JSON.parse(value.toString())?.id;
  } catch {
    return undefined;
  }
}
