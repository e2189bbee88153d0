import { assert, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { RING_2026A, RING_OLD, testKeyRing } from "../testing/ticket_keys.ts";
import { parseKeyRing } from "./key_ring.ts";
import { createTicketSigner } from "./signer.ts";
import { createTicketVerifier, REMEMBERED_MAX } from "./verifier.ts";

// Their macs were computed by openssl: see signer_test.ts.
const GENUINE = "2026a.0.1764000000000.1764000001000.6OJ8HvaMN2wqY1THuo2va-h_cja-S6COxMFjpQ1iYmc";
const GENUINE_OLD = "old_key-1.0.1764000000000.1764000002000.aAQ3KQLncteLCTz5YDpXrx3Ts1jb0Xso4A7Dc535ukU";
/** Says old_key-1, but 2026a signed it. */
const OF_ANOTHER_KEY = "old_key-1.0.1764000000000.1764000002000.smM8Um5vJkOKGISgsT71OivV4G3srEmq-bvIcc6gTi0";
/** The mac covers the claims alone, without what the key is used for. */
const WITHOUT_PURPOSE = "2026a.0.1764000000000.1764000001000.F_02R4pwonqk1dgIkvTm9PU9j_7ug0_DUJkBWdWkb6U";

Deno.test("createTicketVerifier() accepts tickets that openssl signed, with any key of the ring", async () => {
  const verifier = createTicketVerifier(testKeyRing());
  assertEquals(await verifier.verify(GENUINE), {
    kid: "2026a",
    shard: 0,
    epoch: 1764000000000,
    opensAt: 1764000001000,
  });
  assertEquals((await verifier.verify(GENUINE_OLD))?.kid, "old_key-1");
});

Deno.test("createTicketVerifier() refuses forged tickets, each time anew", async () => {
  const verifier = createTicketVerifier(testKeyRing());
  const forged = [
    GENUINE.replace("1764000001000", "1764000002000"),
    GENUINE.replace(".0.", ".1."),
    OF_ANOTHER_KEY,
    WITHOUT_PURPOSE,
    GENUINE.replace("2026a", "2026b"),
    GENUINE.replace("2026a", "constructor"),
    GENUINE.slice(0, -43) + "A".repeat(43),
    "",
    "ticket",
  ];
  for (let round = 0; round < 3; round += 1) {
    for (const text of forged) assertEquals(await verifier.verify(text), undefined, text);
    assert(await verifier.verify(GENUINE));
  }
});

Deno.test("createTicketVerifier() remembers genuine tickets, never forged ones, up to its bound", async () => {
  const signer = createTicketSigner(testKeyRing());
  const verifier = createTicketVerifier(testKeyRing());
  const first = await verifier.verify(GENUINE);
  assertStrictEquals(await verifier.verify(GENUINE), first, "the same object: no second verify");
  const forged = GENUINE.replace("6OJ8", "6OJ9");
  for (let round = 0; round <= REMEMBERED_MAX; round += 1) {
    await verifier.verify(forged);
    await verifier.verify(GENUINE.replace("1764000001000", String(round)));
  }
  assertStrictEquals(await verifier.verify(GENUINE), first, "forged tickets pushed it out");
  for (let opensAt = 1; opensAt < REMEMBERED_MAX; opensAt += 1) {
    await verifier.verify(await signer.sign({ shard: 0, epoch: 1, opensAt }));
  }
  assertStrictEquals(await verifier.verify(GENUINE), first, "still within the bound");
  await verifier.verify(await signer.sign({ shard: 0, epoch: 2, opensAt: 1 }));
  const again = await verifier.verify(GENUINE);
  assert(again !== first, "beyond the bound the oldest is forgotten");
  assertEquals(again, first);
});

Deno.test("createTicketVerifier() never gives out more memory than its bound when one ticket comes often at once", async () => {
  const verifier = createTicketVerifier(testKeyRing());
  const all = await Promise.all(Array.from({ length: 1000 }, () => verifier.verify(GENUINE)));
  assert(all.every((claims) => claims?.opensAt === 1764000001000));
  const first = await verifier.verify(GENUINE_OLD);
  await Promise.all(Array.from({ length: 1000 }, () => verifier.verify(GENUINE)));
  assertStrictEquals(await verifier.verify(GENUINE_OLD), first);
});

Deno.test("createTicketVerifier() follows a rotation of keys in three steps", async () => {
  const accepts = async (ring: string) => {
    const verifier = createTicketVerifier(parseKeyRing(ring));
    return [await verifier.verify(GENUINE_OLD), await verifier.verify(GENUINE)].map((claims) => claims?.kid);
  };
  assertEquals(await accepts(RING_OLD), ["old_key-1", undefined]);
  assertEquals(await accepts(`${RING_OLD},${RING_2026A}`), ["old_key-1", "2026a"], "added last everywhere");
  assertEquals(await accepts(`${RING_2026A},${RING_OLD}`), ["old_key-1", "2026a"], "moved first");
  assertEquals(await accepts(RING_2026A), [undefined, "2026a"], "the old one is retired");
  const retired = createTicketVerifier(parseKeyRing(RING_2026A));
  assertEquals(await retired.verify(OF_ANOTHER_KEY), undefined, "a key id that the ring does not hold");
  const signed = async (ring: string) =>
    await createTicketSigner(parseKeyRing(ring)).sign({ shard: 0, epoch: 1, opensAt: 1 });
  assertNotEquals(await signed(`${RING_OLD},${RING_2026A}`), await signed(`${RING_2026A},${RING_OLD}`));
});

Deno.test("createTicketVerifier() refuses any change of one character of a genuine ticket", async () => {
  const verifier = createTicketVerifier(testKeyRing());
  await verifier.verify(GENUINE);
  const character = fc.oneof(
    fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/= \n\0"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  );
  const change = fc.record({
    at: fc.nat(GENUINE.length - 1),
    act: fc.constantFrom("replace", "insert", "remove", "double"),
    character,
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, act, character }) => {
      const kept =
        { replace: "", insert: GENUINE[at], remove: "", double: `${GENUINE[at]}${GENUINE[at]}` }[act];
      const added = act === "replace" || act === "insert" ? character : "";
      const changed = GENUINE.slice(0, at) + added + kept + GENUINE.slice(at + 1);
      fc.pre(changed !== GENUINE);
      assertEquals(await verifier.verify(changed), undefined, JSON.stringify(changed));
    }),
    { numRuns: 6000 },
  );
});

Deno.test("createTicketVerifier() refuses every flipped bit of the mac and every swap of two characters", async () => {
  const verifier = createTicketVerifier(testKeyRing());
  const claims = GENUINE.slice(0, -43);
  const mac = Uint8Array.fromBase64(GENUINE.slice(-43), { alphabet: "base64url" });
  for (let bit = 0; bit < 256; bit += 1) {
    const flipped = mac.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    const text = claims + flipped.toBase64({ alphabet: "base64url", omitPadding: true });
    assertEquals(await verifier.verify(text), undefined, `bit ${bit}`);
  }
  for (let at = 1; at < GENUINE.length; at += 1) {
    const swapped = GENUINE.slice(0, at - 1) + GENUINE[at] + GENUINE[at - 1] + GENUINE.slice(at + 1);
    if (swapped !== GENUINE) assertEquals(await verifier.verify(swapped), undefined, swapped);
  }
});
