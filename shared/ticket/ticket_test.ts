import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatTicket, parseTicket, signedBytes, TICKET_LENGTH_MAX } from "./ticket.ts";

const MAC = "6OJ8HvaMN2wqY1THuo2va-h_cja-S6COxMFjpQ1iYmc";
const TICKET = `2026a.0.1764000000000.1764000001000.${MAC}`;
const LARGEST = Number.MAX_SAFE_INTEGER;

Deno.test("parseTicket() reads the claims, the signed bytes and the mac", () => {
  const parsed = parseTicket(TICKET);
  const { mac, signedBytes: signed, ...claims } = parsed ?? {};
  assertEquals(claims, { kid: "2026a", shard: 0, epoch: 1764000000000, opensAt: 1764000001000 });
  assertEquals(mac?.length, 32);
  assertEquals(new TextDecoder().decode(signed), "cast.ticket.v1:2026a.0.1764000000000.1764000001000");
});

Deno.test("parseTicket() reads back what formatTicket() writes", () => {
  const claims = fc.record({
    kid: fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/),
    shard: fc.integer({ min: 0, max: 99_999 }),
    epoch: fc.maxSafeNat(),
    opensAt: fc.maxSafeNat(),
  });
  fc.assert(
    fc.property(claims, fc.uint8Array({ minLength: 32, maxLength: 32 }), (wanted, mac) => {
      const parsed = parseTicket(formatTicket(wanted, mac));
      assertEquals(parsed, { ...wanted, mac: new Uint8Array(mac), signedBytes: signedBytes(wanted) });
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseTicket() reads the longest ticket and nothing longer", () => {
  const longest = `${"k".repeat(32)}.99999.${LARGEST}.${LARGEST}.${MAC}`;
  assertEquals(longest.length, TICKET_LENGTH_MAX);
  assertEquals(parseTicket(longest)?.epoch, LARGEST);
  assertEquals(parseTicket(`k${longest}`), undefined);
  assertEquals(parseTicket("k".repeat(1_000_000)), undefined);
});

Deno.test("parseTicket() refuses every second text of the same claims", () => {
  const others = [
    TICKET.replace(".0.", ".00."),
    TICKET.replace(".0.", ".-0."),
    TICKET.replace(".0.", ".+0."),
    TICKET.replace(".0.", ".0x0."),
    TICKET.replace(".1764000000000.", ".01764000000000."),
    TICKET.replace(".1764000000000.", ".1764000000000.0."),
    TICKET.replace(".1764000000000.", ".1764e9."),
    TICKET.replace(".1764000000000.", ".٢."),
    // The last character carries four bits of the mac and two that must be zero: "c" is 011100, "d" 011101.
    TICKET.replace(/c$/, "d"),
    TICKET.replace(/c$/, "e"),
    TICKET.replace(/c$/, "f"),
    TICKET.replace("-", "+"),
    TICKET.replace("_", "/"),
    `${TICKET}=`,
    `${TICKET}\n`,
    ` ${TICKET}`,
    `${TICKET}.`,
  ];
  for (const text of others) assertEquals(parseTicket(text), undefined, text);
});

Deno.test("parseTicket() refuses numbers that a double cannot hold: two texts would mean one ticket", () => {
  for (const number of ["9007199254740993", "9999999999999999", "99999999999999999"]) {
    assertEquals(parseTicket(`2026a.0.${number}.0.${MAC}`), undefined, `epoch ${number}`);
    assertEquals(parseTicket(`2026a.0.0.${number}.${MAC}`), undefined, `opensAt ${number}`);
  }
});

Deno.test("parseTicket() refuses what no mint could have written", () => {
  const texts = [
    "",
    ".",
    "....",
    TICKET.replaceAll(".", ""),
    TICKET.replace(".", ""),
    TICKET.replace("2026a", ""),
    TICKET.replace("2026a", "k".repeat(33)),
    TICKET.replace("2026a", "2026ä"),
    TICKET.replace("2026a", "20 6a"),
    TICKET.replace(".0.", ".100000."),
    TICKET.replace(".0.", ".."),
    TICKET.slice(0, -1),
    TICKET.replace(MAC, ""),
    TICKET.replace(MAC, "٣".repeat(43)),
    TICKET.replace("6", "６"),
    TICKET.replace("2026a", "\u{1F3AB}"),
    TICKET.replace("2026a", "\uD800"),
    TICKET.replace(".", "\0."),
    `${TICKET}.${MAC}`,
  ];
  for (const text of texts) assertEquals(parseTicket(text), undefined, JSON.stringify(text));
});
