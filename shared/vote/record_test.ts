import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  EPOCH_MAX,
  kafkaValue,
  type MalformedReason,
  MalformedRecordError,
  parseStoredVote,
  traceparentOf,
  voteIdOf,
  type VoteRecord,
} from "./record.ts";
import { nameProblem, NAMES_MAX, TOTAL_MAX } from "./rules.ts";

const encoder = new TextEncoder();
const RECORD: VoteRecord = {
  v: 1,
  id: "0191f7c5-7b5e-7c3a-9d6e-1f2a3b4c5d6e",
  shard: 0,
  names: ["ada", "grace"],
  counts: [1, 2],
  voter: "alan",
  requestId: "r-1",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};
const ENTRY = { id: "1764000000000-7", vote: JSON.stringify(RECORD), at: "1764000001234" };
const STORED = { ...RECORD, epoch: 1764000000000, version: 7, at: 1764000001234 };

function reasonOf(value: Uint8Array | null): MalformedReason {
  return assertThrows(() => parseStoredVote(value), MalformedRecordError).reason;
}

function bytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

Deno.test("kafkaValue() adds epoch, version and at, and keeps the vote's JSON byte for byte", () => {
  const value = kafkaValue(ENTRY);
  assert(value.startsWith(ENTRY.vote.slice(0, -1)));
  assertEquals(JSON.parse(value), STORED);
  assertEquals(parseStoredVote(encoder.encode(value)), STORED);
});

Deno.test("kafkaValue() lets nothing in the vote's JSON stand for epoch, version or at", () => {
  const vote = JSON.stringify({ ...RECORD, epoch: 1, version: 2, at: 3 });
  const { epoch, version, at } = parseStoredVote(encoder.encode(kafkaValue({ ...ENTRY, vote })));
  assertEquals([epoch, version, at], [STORED.epoch, STORED.version, STORED.at]);
});

Deno.test("parseStoredVote() reads back what kafkaValue() wrote, whatever the names hold", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      '"',
      "\\",
      '\\"',
      '","epoch":0,"x":"',
      '"id":"',
      "}",
      "{",
      "🗳️",
      "\u2028",
      "</script>",
      "%s",
      "${x}",
    ),
  ).filter((name) => nameProblem(name) === undefined);
  const record = fc.record({
    v: fc.constant(1 as const),
    id: fc.uuid(),
    shard: fc.nat(99_999),
    names: fc.uniqueArray(hostile, { minLength: 1, maxLength: NAMES_MAX }),
    voter: fc.option(hostile, { nil: undefined }),
    requestId: fc.option(fc.stringMatching(/^[ -~]{1,128}$/), { nil: undefined }),
  }).chain((fields) =>
    fc.array(fc.integer({ min: 1, max: TOTAL_MAX }), {
      minLength: fields.names.length,
      maxLength: fields.names.length,
    }).map((counts) => ({ ...fields, counts }))
  );
  fc.assert(
    fc.property(record, fc.nat(EPOCH_MAX), fc.maxSafeNat(), fc.nat(8.64e15), (fields, epoch, version, at) => {
      const vote = JSON.stringify(fields);
      const value = kafkaValue({ id: `${epoch}-${version}`, vote, at: String(at) });
      assertEquals(
        parseStoredVote(encoder.encode(value)),
        { ...fields, epoch, version, at } as typeof STORED,
      );
      assertEquals(voteIdOf(vote), fields.id);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("voteIdOf() finds no id where there is none", () => {
  for (const vote of ["", "{}", "not JSON", '{"id":"short"}', JSON.stringify({ names: ['"id":"'] })]) {
    assertEquals(voteIdOf(vote), undefined, vote);
  }
});

Deno.test("parseStoredVote() refuses what is not a JSON object in UTF-8", () => {
  assertEquals(reasonOf(null), "not_json");
  for (const text of ["", " ", "null", "1", '"text"', "[]", "{", '{"v":1', "{} {}", "NaN"]) {
    assertEquals(reasonOf(encoder.encode(text)), "not_json", text);
  }
  const invalid = encoder.encode(kafkaValue(ENTRY));
  invalid[invalid.indexOf("ada".charCodeAt(0), 20)] = 0xff;
  assertEquals(reasonOf(invalid), "not_json");
  // An overlong slash, and a surrogate in the manner of CESU-8.
  assertEquals(reasonOf(new Uint8Array([0x22, 0xc0, 0xaf, 0x22])), "not_json");
  assertEquals(reasonOf(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])), "not_json");
});

Deno.test("parseStoredVote() reads a record that comes after one cut off within a character", () => {
  assertEquals(reasonOf(Uint8Array.of(0x22, 0xf0, 0x9f, 0x97)), "not_json");
  assertEquals(parseStoredVote(encoder.encode(kafkaValue(ENTRY))), STORED);
});

Deno.test("parseStoredVote() guesses at no other record version", () => {
  for (const v of [0, 2, "1", null, undefined, [1], true, 1.5]) {
    assertEquals(reasonOf(bytes({ ...STORED, v })), "unknown_version", String(v));
  }
  assertEquals(reasonOf(bytes({})), "unknown_version");
});

const MALFORMED: Readonly<Record<string, readonly unknown[]>> = {
  id: [
    undefined,
    null,
    7,
    "",
    "x",
    RECORD.id.toUpperCase(),
    `${RECORD.id}0`,
    `{${RECORD.id}}`,
    `${RECORD.id}\n`,
  ],
  shard: [undefined, null, -1, 1.5, "0", 100_000],
  epoch: [undefined, null, -1, 1.5, "0", EPOCH_MAX + 1, 2 ** 53, 1e300],
  version: [undefined, null, -1, 1.5, "0", 2 ** 53],
  at: [undefined, null, -1, 1.5, "0", 8.64e15 + 1],
  names: [
    undefined,
    null,
    "ada",
    [],
    ["ada", ""],
    ["ada", 7],
    ["ada", null],
    ["ada", "ada"],
    ["ada", "a\0"],
    ["ada", "\uD800"],
    ["ada", "e\u0301"],
    ["ada", ["grace"]],
    { 0: "ada", 1: "grace", length: 2 },
    Array.from({ length: NAMES_MAX + 1 }, (_, index) => `n${index}`),
  ],
  counts: [undefined, null, 1, [], [1], [1, 2, 3], [1, 0], [1, -1], [1, 1.5], [1, "2"], [1, null], [
    1,
    TOTAL_MAX + 1,
  ]],
  voter: ["", 7, " alan", "a\0", ["alan"], "a".repeat(65)],
  requestId: ["", 7, "ä", "x".repeat(129), ["r"]],
};

Deno.test("parseStoredVote() refuses each malformed field and names it", () => {
  for (const [field, values] of Object.entries(MALFORMED)) {
    for (const value of values) {
      const error = assertThrows(
        () => parseStoredVote(bytes({ ...STORED, [field]: value })),
        MalformedRecordError,
        "Wanted a valid",
        `${field}: ${JSON.stringify(value)}`,
      );
      assertEquals(error.reason, "invalid_field");
      assert(error.message.includes(`"${field}"`), error.message);
      assert(error.message.length < 300);
    }
  }
});

Deno.test("parseStoredVote() takes an absent voter and requestId, null too", () => {
  const { voter: _voter, requestId: _requestId, ...rest } = STORED;
  for (const value of [rest, { ...rest, voter: null, requestId: null }]) {
    const { voter, requestId } = parseStoredVote(bytes(value));
    assertEquals([voter, requestId], [undefined, undefined]);
  }
});

Deno.test("parseStoredVote() ignores unknown fields, and a traceparent that is no text", () => {
  const value = `{"__proto__":{"polluted":true},"later":[1],${JSON.stringify(STORED).slice(1)}`;
  const parsed = parseStoredVote(encoder.encode(value));
  assertEquals(parsed, STORED);
  assertEquals((parsed as { polluted?: unknown }).polluted, undefined);
  assertEquals(parseStoredVote(bytes({ ...STORED, traceparent: 7 })).traceparent, undefined);
});

Deno.test("traceparentOf() finds it where the API writes it, whatever names are called", () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const vote = { v: 1, id: "x", names: [`,"traceparent":"${traceparent}"}`], counts: [1] };
  assertEquals(traceparentOf(JSON.stringify({ ...vote, traceparent })), traceparent);
  for (const without of [vote, { ...vote, traceparent: "garbage" }, { traceparent, ...vote }, {}]) {
    assertEquals(traceparentOf(JSON.stringify(without)), undefined);
  }
  for (const text of ["", "}", '"}', "x".repeat(200)]) assertEquals(traceparentOf(text), undefined);
});
