import { assert, assertEquals, assertThrows } from "@std/assert";
import type { JWK } from "jose";
import { algorithmOf, parseVoterKeys } from "./voter_keys.ts";

/** So many bytes, base64url; the first is not zero. */
function bytes(count: number, first = 0xa5): string {
  const made = new Uint8Array(count).fill(0x5a);
  made[0] = first;
  return made.toBase64({ alphabet: "base64url", omitPadding: true });
}

const OCT: JWK = { kty: "oct", kid: "a", k: bytes(32) };
const OKP: JWK = { kty: "OKP", kid: "b", crv: "Ed25519", x: bytes(32) };
const EC: JWK = { kty: "EC", kid: "c", crv: "P-256", x: bytes(32), y: bytes(32) };
const RSA: JWK = { kty: "RSA", kid: "d", n: bytes(256), e: "AQAB" };

const parse = (...keys: unknown[]) => parseVoterKeys(JSON.stringify({ keys }));

Deno.test("parseVoterKeys() takes a key of each kind, and algorithmOf() tells how it signs", () => {
  const { keys } = parse(OCT, OKP, EC, RSA);
  assertEquals(keys.map(algorithmOf), ["HS256", "EdDSA", "ES256", "RS256"]);
});

Deno.test("parseVoterKeys() takes what a key may say besides, and members that it does not know", () => {
  parse({ ...EC, alg: "ES256", use: "sig", key_ops: ["verify"], x5t: "else" });
  const { kid: _kid, ...only } = OKP;
  parse(only);
});

Deno.test("parseVoterKeys() refuses what is no key set", () => {
  const texts = [
    "",
    "no JSON",
    "null",
    "[]",
    "{}",
    '{"keys":{}}',
    '{"keys":[]}',
    '{"keys":[null]}',
    '{"keys":["x"]}',
  ];
  for (const text of texts) {
    assertThrows(() => parseVoterKeys(text), Error, "wanted a JSON Web Key Set", text);
  }
  assertThrows(
    () => parse(...Array.from({ length: 33 }, (_, kid) => ({ ...OKP, kid: `${kid}` }))),
    Error,
    "1 to 32",
  );
});

const PROBLEMS: readonly (readonly [key: unknown, wanted: string])[] = [
  [{}, '"kty"'],
  [{ ...OCT, kty: "AKP" }, '"kty"'],
  [{ ...OCT, kty: "__proto__" }, '"kty"'],
  [{ ...OCT, kty: 7 }, '"kty"'],
  [{ ...OCT, k: bytes(31) }, "32 bytes or more"],
  [{ ...OCT, k: "a secret with spaces, which is no base64url" }, "32 bytes or more"],
  [{ ...OCT, k: undefined }, "32 bytes or more"],
  [{ ...OCT, alg: "HS512" }, '"alg" HS256'],
  [{ ...OKP, crv: "X25519" }, "Ed25519"],
  [{ ...OKP, x: bytes(31) }, "Ed25519"],
  [{ ...OKP, d: bytes(32) }, "public part alone"],
  [{ ...EC, crv: "P-384" }, "P-256"],
  [{ ...EC, y: undefined }, "P-256"],
  [{ ...EC, d: bytes(32) }, "public part alone"],
  [{ ...EC, alg: "ES384" }, '"alg" ES256'],
  [{ ...RSA, n: bytes(255) }, "2048 bits"],
  [{ ...RSA, n: bytes(256, 0x01) }, "2048 bits"],
  [{ ...RSA, n: bytes(257, 0x00).slice(0, 300) }, "2048 bits"],
  [{ ...RSA, e: "AQ" }, "2048 bits"],
  [{ ...RSA, alg: "none" }, '"alg" RS256'],
  [{ ...RSA, alg: "HS256" }, '"alg" RS256'],
  ...["d", "p", "q", "dp", "dq", "qi"].map((member) =>
    [{ ...RSA, [member]: "AQ" }, "public part alone"] as const
  ),
  [{ ...RSA, use: "enc" }, '"use" sig'],
  [{ ...RSA, key_ops: ["sign"] }, "verify"],
  [{ ...RSA, key_ops: "verify" }, "verify"],
  [{ ...RSA, kid: 7 }, '"kid"'],
];

Deno.test("parseVoterKeys() refuses each unfit key by its number, and says nothing of what it holds", () => {
  for (const [key, wanted] of PROBLEMS) {
    const what = JSON.stringify(key);
    const { message } = assertThrows(() => parse(key), Error, "wanted key 1 of the set with ", what);
    assert(message.includes(wanted), `${what}: ${message}`);
    for (const secret of Object.values(key as JWK).filter((value) => String(value).length > 20)) {
      assert(!message.includes(String(secret)), `${what}: ${message}`);
    }
  }
  assertThrows(() => parse(OKP, { ...EC, d: "AQ" }), Error, "wanted key 2 of the set");
});

Deno.test("parseVoterKeys() wants keys that can be told apart", () => {
  const { kid: _kid, ...nameless } = EC;
  assertThrows(() => parse(OKP, nameless), Error, '"kid"');
  assertThrows(() => parse(OKP, { ...EC, kid: OKP.kid }), Error, 'each "kid" once');
});
