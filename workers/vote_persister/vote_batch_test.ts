import { assertEquals, assertThrows } from "@std/assert";
import { kafkaBytes, storedVote, storedVotes } from "../../shared/testing/votes.ts";
import { batchOf, malformedAt } from "./testing/ledger.ts";
import { bisect, type KafkaRecord, readBatch, type VoteBatch } from "./vote_batch.ts";

function recordAt(offset: bigint, value: Uint8Array | null): KafkaRecord {
  return { offset, key: null, value };
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("readBatch() spans from the first record to after the last, votes or not", () => {
  const [a, b] = storedVotes(2);
  const batch = readBatch([
    recordAt(70n, bytes("{")),
    recordAt(71n, kafkaBytes(a as never)),
    recordAt(72n, kafkaBytes(b as never)),
    recordAt(73n, null),
  ]);
  assertEquals([batch.firstOffset, batch.nextOffset], [70n, 74n]);
  assertEquals(batch.votes.map(({ record, vote }) => [record.offset, vote.id]), [[71n, a?.id], [72n, b?.id]]);
  assertEquals(batch.malformed.map(({ record }) => record.offset), [70n, 73n]);
});

Deno.test("readBatch() says in one word why a record can never be stored, and keeps its bytes", () => {
  const vote = storedVote();
  const cases: [string, Uint8Array | null][] = [
    ["not_json", null],
    ["not_json", bytes("")],
    ["not_json", bytes("[]")],
    ["not_json", Uint8Array.of(0x22, 0xff, 0x22)],
    ["unknown_version", bytes("{}")],
    ["unknown_version", bytes(JSON.stringify({ ...vote, v: 2 }))],
    ["invalid_field", bytes(JSON.stringify({ ...vote, names: [] }))],
    ["invalid_field", bytes(JSON.stringify({ ...vote, epoch: -1 }))],
    ["invalid_field", bytes(JSON.stringify({ ...vote, id: "7" }))],
    ["invalid_field", bytes(JSON.stringify({ ...vote, counts: [1.5] }))],
  ];
  const { malformed, votes } = readBatch(cases.map(([, value], index) => recordAt(BigInt(index), value)));
  assertEquals(votes, []);
  assertEquals(malformed.map(({ reason }) => reason), cases.map(([reason]) => reason));
  assertEquals(malformed.map(({ record }) => record.value), cases.map(([, value]) => value));
});

Deno.test("readBatch() calls a shard malformed that is not there, since no row would ever hold its vote", () => {
  const { malformed } = readBatch([recordAt(5n, kafkaBytes(storedVote({ shard: 1 })))]);
  assertEquals(malformed.map(({ reason, record }) => [reason, record.offset]), [["invalid_field", 5n]]);
});

Deno.test("readBatch() ignores fields that it does not know", () => {
  const value = bytes(JSON.stringify({ ...storedVote({ names: ["bob"] }), later: { any: "thing" } }));
  assertEquals(readBatch([recordAt(0n, value)]).votes[0]?.vote.names, ["bob"]);
});

Deno.test("readBatch() refuses to guess the range of no records", () => {
  assertThrows(() => readBatch([]), Error, "at least one record");
});

Deno.test("bisect() cuts between two votes, so that the halves meet and cover the range", () => {
  const batch = batchOf(storedVotes(5), { firstOffset: 40n });
  const [left, right] = bisect(batch);
  assertEquals([left.firstOffset, left.nextOffset, right.nextOffset], [40n, right.firstOffset, 45n]);
  assertEquals([...left.votes, ...right.votes], [...batch.votes]);
  assertEquals([left.votes.length, right.votes.length], [2, 3]);
});

Deno.test("bisect() gives every vote its own range in the end, and leaves out no offset", () => {
  const malformed = [40n, 43n, 44n, 49n].map((offset) => malformedAt(offset));
  const whole = batchOf(storedVotes(7), { firstOffset: 40n, malformed });
  const leaves = (batch: VoteBatch): VoteBatch[] =>
    batch.votes.length < 2 ? [batch] : bisect(batch).flatMap(leaves);
  const ranges = leaves(whole);
  assertEquals(ranges.map(({ votes }) => votes.length), Array(7).fill(1));
  assertEquals([ranges[0]?.firstOffset, ranges.at(-1)?.nextOffset], [40n, whole.nextOffset]);
  for (const [index, { firstOffset, nextOffset, votes, malformed }] of ranges.entries()) {
    const offset = votes[0]?.record.offset ?? -1n;
    assertEquals(firstOffset <= offset && offset < nextOffset, true);
    assertEquals(firstOffset, index === 0 ? 40n : ranges[index - 1]?.nextOffset as bigint);
    assertEquals(malformed, []);
  }
});

Deno.test("bisect() does not cut a batch of one vote", () => {
  assertThrows(() => bisect(batchOf(storedVotes(1))), Error, "at least two votes");
  assertThrows(() => bisect(batchOf([])), Error, "at least two votes");
});
