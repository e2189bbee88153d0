import { assert, assertEquals, assertThrows } from "@std/assert";
import { KEY_2026A, KEY_OLD, RING_2026A, RING_OLD } from "../testing/ticket_keys.ts";
import { KEY_BYTES_MIN, KeyRing, parseKeyRing, SAMPLE_KEY_BASE64 } from "./key_ring.ts";

function base64(bytes: Iterable<number>): string {
  return new Uint8Array([...bytes]).toBase64();
}

Deno.test("parseKeyRing() reads keys in order: the first signs", () => {
  const ring = parseKeyRing(` ${RING_2026A} , ${RING_OLD} `);
  assertEquals(ring.kids(), ["2026a", "old_key-1"]);
  assertEquals(ring.signingKid, "2026a");
  assertEquals(ring.bytes("2026a"), Uint8Array.fromBase64(KEY_2026A));
  assertEquals(ring.bytes("old_key-1")?.length, 64);
  assertEquals(ring.bytes("absent"), undefined);
  assertEquals(ring.bytes("constructor"), undefined);
});

Deno.test("parseKeyRing() refuses texts of another form", () => {
  const texts = [
    "",
    ",",
    KEY_2026A,
    `:${KEY_2026A}`,
    `a b:${KEY_2026A}`,
    `ä:${KEY_2026A}`,
    `a.b:${KEY_2026A}`,
    `${"k".repeat(33)}:${KEY_2026A}`,
    `${RING_2026A},`,
    `${RING_2026A};${RING_OLD}`,
  ];
  for (const text of texts) assertThrows(() => parseKeyRing(text), Error, "wanted", text);
});

Deno.test("parseKeyRing() refuses a duplicate key id", () => {
  assertThrows(() => parseKeyRing(`a:${KEY_2026A},a:${KEY_OLD}`), Error, 'got "a" twice');
});

Deno.test("parseKeyRing() refuses what is not base64, or too short", () => {
  assertThrows(() => parseKeyRing("a:"), Error, `wanted ${KEY_BYTES_MIN} bytes`);
  assertThrows(() => parseKeyRing("a:*"), Error, 'wanted base64 under key id "a"');
  assertThrows(() => parseKeyRing(`a:${KEY_2026A}:more`), Error, "wanted base64");
  const counting = Array.from({ length: KEY_BYTES_MIN }, (_, index) => index);
  assertThrows(() => parseKeyRing(`a:${base64(counting.slice(1))}`), Error, "got 31");
  assertEquals(parseKeyRing(`a:${base64(counting)}`).kids(), ["a"]);
});

Deno.test("parseKeyRing() refuses the public sample key, alone or beside another, padded or not", () => {
  for (const sample of [SAMPLE_KEY_BASE64, SAMPLE_KEY_BASE64.replace("=", "")]) {
    assertThrows(() => parseKeyRing(`a:${sample}`), Error, "public sample key");
    assertThrows(() => parseKeyRing(`${RING_2026A},b:${sample}`), Error, 'key id "b"');
  }
});

Deno.test("parseKeyRing() refuses keys that nobody drew at random", () => {
  const typed = [
    new Uint8Array(32),
    new Uint8Array(64).fill(0xff),
    new TextEncoder().encode("abababababababababababababababab"),
    new TextEncoder().encode("passwordpasswordpasswordpassword"),
  ];
  for (const key of typed) {
    assertThrows(() => parseKeyRing(`a:${base64(key)}`), Error, "wanted random bytes");
  }
});

Deno.test("parseKeyRing() accepts every random key of the least length", () => {
  for (let index = 0; index < 2000; index += 1) {
    parseKeyRing(`a:${base64(crypto.getRandomValues(new Uint8Array(KEY_BYTES_MIN)))}`);
  }
});

Deno.test("parseKeyRing() names no key in its errors", () => {
  const short = base64(Uint8Array.fromBase64(KEY_2026A).slice(0, 31));
  const texts = [
    `a:${short}`,
    `a:${KEY_2026A},a:${KEY_OLD}`,
    `a:${KEY_2026A}*`,
    `${KEY_2026A}:a`,
    KEY_2026A,
    `a:${KEY_2026A},${KEY_OLD}`,
  ];
  for (const text of texts) {
    const { message } = assertThrows(() => parseKeyRing(text), Error);
    for (const key of [short, KEY_2026A, KEY_OLD]) {
      assert(!message.includes(key.slice(0, 8)), `${message} names the key`);
    }
  }
});

Deno.test("KeyRing prints as redacted, however it is printed", () => {
  const ring = parseKeyRing(`${RING_2026A},${RING_OLD}`);
  const bytes = Uint8Array.fromBase64(KEY_2026A);
  const printed = [Deno.inspect(ring), Deno.inspect({ deep: [ring] }), JSON.stringify({ ring }), `${ring}`];
  assertEquals(printed[0], "[redacted: 2 keys]");
  assertEquals(printed[2], '{"ring":"[redacted: 2 keys]"}');
  for (const text of printed) {
    assert(!text.includes(KEY_2026A.slice(0, 8)) && !text.includes(`${bytes[0]}, ${bytes[1]}`), text);
  }
  assertEquals(Object.keys(ring), []);
});

Deno.test("KeyRing is never empty", () => {
  assertThrows(() => new KeyRing(new Map()), Error, "at least one key");
});
