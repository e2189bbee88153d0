/** Looking at dead letters, on real Kafka and Postgres. */
import { Buffer } from "node:buffer";
import { assertEquals, assertRejects } from "@std/assert";
import { storedVote } from "../../shared/testing/votes.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { openDeadLetters } from "./dead_letter_source.ts";
import { createScene, store } from "./testing/scene.ts";

Deno.test("list tells of each dead letter where it lies, why, where from, whose vote it is and whether it is stored", async () => {
  await using world = await createWorld();
  const { bury, run, list, pool } = await createScene(world);
  const [open, stored] = [storedVote(), storedVote({ names: ["bob"] })];
  await store(pool, stored);
  await bury([
    { value: JSON.stringify(open), reason: "refused_by_postgres", detail: "names\u001b[2J break a check" },
    { value: JSON.stringify(stored), key: stored.id, reason: "refused_by_postgres", into: 2 },
    { value: "{", into: 2 },
    { value: null, reason: "not_json", into: 3 },
  ]);
  const lines = await list();
  const brief = lines.slice(0, -1).map(({ position, reason, voteId, state, bytes, attempts }) =>
    [position, reason, voteId, state, bytes, attempts] as unknown[]
  ).sort();
  assertEquals(brief, [
    ["0/0", "refused_by_postgres", open.id, "open", JSON.stringify(open).length, 1],
    ["2/0", "refused_by_postgres", stored.id, "stored", JSON.stringify(stored).length + 36, 1],
    ["2/1", "not_json", null, "open", 1, 1],
    ["3/0", "not_json", null, "open", 0, 1],
  ]);
  const first = lines.find(({ position }) => position === "0/0");
  assertEquals(first?.origin, { clusterId: "kafka-1", topic: world.topic, partition: 4, offset: "0" });
  assertEquals(first?.detail, "names\u001b[2J break a check");
  assertEquals(lines.at(-1), {
    totals: { refused_by_postgres: { open: 1, stored: 1 }, not_json: { open: 2, stored: 0 } },
  });

  const { lines: texts } = await run("list", "--reason", "refused_by_postgres");
  const text = texts.find((line) => line.startsWith("0/0  ")) ?? "";
  for (
    const part of ["  open  ", `  ${world.topic}/4/0  `, `  ${open.id}  `, "  1 attempt  ", "\\u001b[2J"]
  ) {
    assertEquals(text.includes(part), true, `${part} in ${text}`);
  }
  assertEquals(texts.slice(2), ["", "refused_by_postgres: 1 open, 1 stored"]);
});

Deno.test("list shows a record that was buried twice once, and one that was tried again with its attempts", async () => {
  await using world = await createWorld();
  const { bury, list } = await createScene(world);
  const origin = { clusterId: "kafka-1", topic: world.topic, partition: 9, offset: 70n };
  const again = { ...origin, offset: 71n };
  await bury([
    { value: "a", origin },
    { value: "a", origin },
    { value: "b" },
    { value: "a", origin: again, replayedFrom: origin, reason: "invalid_field", into: 5 },
  ]);
  // Each partition in order, the partitions as Kafka hands them over.
  const brief = (await list()).slice(0, -1)
    .map(({ position, reason, attempts }) => [position, reason, attempts].join(" ")).sort();
  assertEquals(brief, ["0/2 not_json 1", "5/0 invalid_field 2"]);
});

Deno.test("list of nothing says so, leaves out what comes later, and leaves no consumer group behind", async () => {
  await using world = await createWorld();
  const { bury, run, kafka } = await createScene(world);
  assertEquals(await run("list"), { lines: ["no dead letters"], ok: true });
  await bury([{ value: "a" }]);
  const { signal } = new AbortController();
  const source = await openDeadLetters(kafka, { topic: world.topic, signal, log: world.log });
  await bury([{ value: "b" }, { value: "c", into: 1 }]);
  const seen: (string | undefined)[] = [];
  await source.eachStanding((letters) => {
    seen.push(...letters.map(({ value }) => value?.toString()));
    return Promise.resolve();
  });
  assertEquals(seen, ["a"]);
  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  await admin.disconnect();
  assertEquals(groups.filter(({ groupId }) => groupId.startsWith(world.topic)), []);
});

Deno.test("list ends with the error of what it hands its lines to, and at once when it is told to stop", async () => {
  await using world = await createWorld();
  const { bury, kafka } = await createScene(world);
  await bury([{ value: "a" }]);
  const stopping = new AbortController();
  const { signal } = stopping;
  const source = await openDeadLetters(kafka, { topic: world.topic, signal, log: world.log });
  await assertRejects(
    () => source.eachStanding(() => Promise.reject(new Error("no room"))),
    Error,
    "no room",
  );
  const stopAndWait = () => {
    stopping.abort(new Error("Stop: enough"));
    return new Promise<void>(() => {});
  };
  await assertRejects(() => source.eachStanding(stopAndWait), Error, "Stop: enough");
  await assertRejects(() => source.eachStanding(() => Promise.resolve()), Error, "Stop: enough");
});

Deno.test("show shows headers and bytes, of the one that was asked for", async () => {
  await using world = await createWorld();
  const { bury, run } = await createScene(world);
  const bytes = Buffer.from([0xff, 0xfe, 0, 0x41]);
  await bury([{ value: "before" }, { key: "k", value: '{"a":1}' }, { key: "k", value: bytes }, {
    value: null,
  }]);
  const { lines: [json] } = await run("show", "0/1");
  assertEquals(json?.split("\n").slice(1), [
    "cast-reason: not_json",
    "cast-detail: ",
    "cast-cluster: kafka-1",
    `cast-topic: ${world.topic}`,
    "cast-partition: 4",
    "cast-offset: 1",
    "key, 1 B",
    "k",
    "value, 7 B",
    "{",
    '  "a": 1',
    "}",
  ]);
  const { lines: [hex] } = await run("show", "0/2");
  assertEquals(hex?.split("\n").at(-1), `00000000  ff fe 00 41${" ".repeat(36)}  |...A|`);
  const { lines: [exact] } = await run("show", "0/2", "--json");
  const { key, value, headers } = JSON.parse(exact ?? "");
  assertEquals([key, value], [{ base64: "aw==", text: "k" }, {
    base64: bytes.toString("base64"),
    text: null,
  }]);
  assertEquals(headers["cast-offset"], "2");
  const { lines: [none] } = await run("show", "0/3");
  assertEquals(none?.split("\n").slice(-2), ["key, null", "value, null"]);
});

Deno.test("show says what there is instead of what is not there", async () => {
  await using world = await createWorld();
  const { bury, run, kafka } = await createScene(world);
  await bury([{ value: "a" }]);
  await assertRejects(() => run("show", "0/1"), Error, "partition 0 holds 0 to 1, the end excluded");
  await assertRejects(() => run("show", "12/0"), Error, "there are 12 partitions");
  const { signal } = new AbortController();
  const source = await openDeadLetters(kafka, { topic: `${world.topic}.other`, signal, log: world.log });
  const nothing = () => source.eachAt([{ partition: 0, offset: 0n }], () => Promise.resolve());
  await assertRejects(nothing, Error, "nothing was ever buried");
});
