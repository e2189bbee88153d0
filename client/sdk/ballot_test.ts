import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { nameProblem } from "../../shared/vote/rules.ts";
import { readBallot, readName, readRequestId, type VoteEntries } from "./ballot.ts";
import { CastUsageError } from "./errors.ts";

Deno.test("readBallot() takes an object, a Map or pairs", () => {
  const ballot = { names: ["alice", "bob"], counts: [2, 1] };
  for (
    const entries of [{ alice: 2, bob: 1 }, new Map([["alice", 2], ["bob", 1]]), [["alice", 2], ["bob", 1]]]
  ) {
    assertEquals(readBallot(entries as VoteEntries), ballot);
  }
});

Deno.test("readBallot() brings names to NFC and trims them, so that the server takes them", () => {
  const { names } = readBallot([["  Ame\u0301lie ", 1], ["\u00a0Zoe\u0308\t", 1]]);
  assertEquals(names, ["Amélie", "Zoë"]);
  assertEquals(names.map(nameProblem), [undefined, undefined]);
});

Deno.test("readBallot() throws what no server takes", () => {
  const wrong: VoteEntries[] = [
    {},
    { "": 1 },
    { " ": 1 },
    { alice: 0 },
    { alice: 1.5 },
    { alice: NaN },
    { alice: "2" as unknown as number },
    { "a\u0000b": 1 },
    { "\ud800": 1 },
    { ["a".repeat(65)]: 1 },
    [["é", 1], ["e\u0301", 1]],
    Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`name ${index}`, 1])),
    [[7 as unknown as string, 1]],
  ];
  for (const entries of wrong) assertThrows(() => readBallot(entries), CastUsageError);
});

Deno.test("readName() counts code points, as the server does", () => {
  assertEquals(readName("🗳".repeat(64)).length, 128);
  assertThrows(() => readName("🗳".repeat(65)), CastUsageError);
});

Deno.test("readRequestId() makes a random UUID, also where crypto.randomUUID is missing", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assertMatch(readRequestId(undefined), uuid);
  const { randomUUID } = crypto;
  try {
    Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
    assertMatch(readRequestId(undefined), uuid);
  } finally {
    Object.defineProperty(crypto, "randomUUID", { value: randomUUID, configurable: true });
  }
  for (const requestId of ["", "é", "a".repeat(129), "a\n"]) {
    assertThrows(() => readRequestId(requestId), CastUsageError);
  }
});
