import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { deadLetterHeaders, type RecordOrigin } from "../../shared/kafka/dead_letter.ts";
import { type Letter, readLetter } from "./letter.ts";
import { createLetterIndex } from "./letter_index.ts";

const ID = "0199d1a2-0000-7000-8000-000000000001";

function origin(offset: number): RecordOrigin {
  return { clusterId: "kafka-1", topic: "cast.votes", partition: 3, offset: BigInt(offset) };
}

interface LetterFields {
  readonly from?: number;
  readonly replayedFrom?: number;
  readonly atMs?: number;
}

function letterAt(offset: number, { from, replayedFrom, atMs = 1000 + offset }: LetterFields): Letter {
  const headers = from === undefined ? {} : deadLetterHeaders({
    reason: "not_json",
    detail: "",
    origin: origin(from),
    replayedFrom: replayedFrom === undefined ? undefined : origin(replayedFrom),
  });
  return readLetter(0, {
    ...{ key: null, value: Buffer.from("x"), attributes: 0, headers },
    timestamp: String(atMs),
    offset: String(offset),
  });
}

/** Attempts by offset of those that stand for their record. */
function standing(letters: readonly Letter[]): [offset: number, attempts: number][] {
  const index = createLetterIndex();
  letters.forEach(index.add);
  return letters.flatMap((letter) => {
    const attempts = index.attempts(letter);
    return attempts === undefined ? [] : [[Number(letter.position.offset), attempts] as [number, number]];
  });
}

Deno.test("of a record that was buried twice after a crash the first dead letter stands, as one attempt", () => {
  assertEquals(standing([letterAt(0, { from: 7 }), letterAt(1, { from: 8 }), letterAt(2, { from: 7 })]), [
    [0, 1],
    [1, 1],
  ]);
});

Deno.test("of a record that was replayed and buried again the latest dead letter stands, with all its attempts", () => {
  const letters = [
    letterAt(0, { from: 7 }),
    letterAt(1, { from: 20, replayedFrom: 7 }),
    letterAt(2, { from: 31, replayedFrom: 7 }),
    letterAt(3, { from: 31, replayedFrom: 7 }),
    letterAt(4, { from: 8 }),
  ];
  assertEquals(standing(letters), [[2, 3], [4, 1]]);
});

Deno.test("the latest of a record's dead letters is the one buried last, whatever the order of the partitions", () => {
  const letters = [
    letterAt(0, { from: 20, replayedFrom: 7, atMs: 9000 }),
    letterAt(1, { from: 7, atMs: 10 }),
  ];
  assertEquals(standing(letters), [[0, 2]]);
});

Deno.test("a record whose first dead letter Kafka has forgotten is one record still", () => {
  const letters = [letterAt(5, { from: 20, replayedFrom: 7 }), letterAt(6, { from: 31, replayedFrom: 7 })];
  assertEquals(standing(letters), [[6, 2]]);
});

Deno.test("records that no persister has put there stand each for itself", () => {
  assertEquals(standing([letterAt(0, {}), letterAt(1, {})]), [[0, 1], [1, 1]]);
});

Deno.test("readLetter() finds the vote id in the record, else in the key, and takes nothing else for one", () => {
  const idOf = (key: string | null, value: string | null) =>
    readLetter(0, {
      ...{ attributes: 0, timestamp: "0", offset: "0", headers: {} },
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    }).voteId;
  assertEquals(idOf(null, JSON.stringify({ id: ID })), ID);
  assertEquals(idOf(ID, "no JSON"), ID);
  assertEquals(idOf(ID, null), ID);
  for (const value of ["null", "[]", '{"id":7}', '{"id":"ada"}', JSON.stringify({ id: `${ID} ` })]) {
    assertEquals(idOf("key", value), undefined, value);
  }
});
