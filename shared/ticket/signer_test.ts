import { assertEquals } from "@std/assert";
import { RING_2026A, RING_OLD, testKeyRing } from "../testing/ticket_keys.ts";
import { importTicketKey } from "./import_key.ts";
import { KeyRing, parseKeyRing } from "./key_ring.ts";
import { createTicketSigner } from "./signer.ts";

Deno.test("createTicketSigner() signs as openssl does", async () => {
  // printf 'cast.ticket.v1:<claims>' | openssl dgst -sha256 -mac HMAC -macopt hexkey:<key> -binary
  //   | openssl base64 -A | tr '+/' '-_' | tr -d '='
  const signer = createTicketSigner(testKeyRing());
  assertEquals(
    await signer.sign({ shard: 0, epoch: 1764000000000, opensAt: 1764000001000 }),
    "2026a.0.1764000000000.1764000001000.6OJ8HvaMN2wqY1THuo2va-h_cja-S6COxMFjpQ1iYmc",
  );
  assertEquals(
    await signer.sign({ shard: 0, epoch: 0, opensAt: 0 }),
    "2026a.0.0.0.hef3sAzJ5OS4lVavGFO05hem1H8rdbQvx6kyZM72nlw",
  );
  assertEquals(
    await signer.sign({ shard: 99_999, epoch: Number.MAX_SAFE_INTEGER, opensAt: Number.MAX_SAFE_INTEGER }),
    "2026a.99999.9007199254740991.9007199254740991.FQVj7hKkut_0KTwzAvMDkOZMW0DumWdaKqJ3XKhy__c",
  );
  const old = createTicketSigner(parseKeyRing(`${RING_OLD},${RING_2026A}`));
  assertEquals(
    await old.sign({ shard: 0, epoch: 1764000000000, opensAt: 1764000002000 }),
    "old_key-1.0.1764000000000.1764000002000.aAQ3KQLncteLCTz5YDpXrx3Ts1jb0Xso4A7Dc535ukU",
  );
});

Deno.test("createTicketSigner() gives the same ticket for the same claims, on any host", async () => {
  const claims = { shard: 3, epoch: 7, opensAt: 1000 };
  const [one, other] = [createTicketSigner(testKeyRing()), createTicketSigner(testKeyRing())];
  assertEquals(await one.sign(claims), await other.sign(claims));
  assertEquals(await one.sign(claims), await one.sign({ ...claims }));
});

// RFC 4231: test cases 1 to 4, 6 and 7 (5 is of a truncated mac). Short keys, so past parseKeyRing().
const VECTORS = [
  {
    key: "0b".repeat(20),
    data: "4869205468657265",
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    key: "4a656665",
    data: "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    key: "aa".repeat(20),
    data: "dd".repeat(50),
    mac: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  },
  {
    key: "0102030405060708090a0b0c0d0e0f10111213141516171819",
    data: "cd".repeat(50),
    mac: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  },
  {
    key: "aa".repeat(131),
    data:
      "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
    mac: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  },
  {
    key: "aa".repeat(131),
    data:
      "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
    mac: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  },
];

Deno.test("importTicketKey() makes keys that sign and verify as RFC 4231 says", async () => {
  for (const [index, vector] of VECTORS.entries()) {
    const ring = new KeyRing(new Map([["k", Uint8Array.fromHex(vector.key)]]));
    const [signing, verifying] = [
      await importTicketKey(ring, { kid: "k", use: "sign" }),
      await importTicketKey(ring, { kid: "k", use: "verify" }),
    ];
    const text = Uint8Array.fromHex(vector.data);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", signing, text));
    assertEquals(mac.toHex(), vector.mac, `vector ${index}`);
    assertEquals(await crypto.subtle.verify("HMAC", verifying, mac, text), true);
    mac[31] = (mac[31] as number) ^ 1;
    assertEquals(await crypto.subtle.verify("HMAC", verifying, mac, text), false);
  }
});
