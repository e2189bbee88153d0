import { assert, assertEquals } from "@std/assert";
import type { JSONWebKeySet } from "jose";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { parseVoterKeys } from "../../shared/voter/voter_keys.ts";
import { TOKEN_LENGTH_MAX } from "./bearer.ts";
import { createConfiguredKeys } from "./configured_keys.ts";
import {
  RFC_NOW_MS,
  RFC_VECTORS,
  VECTOR_AUDIENCE,
  VECTOR_EXPIRES_AT_MS,
  VECTOR_ISSUED_AT_MS,
  VECTOR_ISSUER,
  VECTOR_VOTER,
  VECTORS,
} from "./testing/token_vectors.ts";
import { createSecretSigner, createTokenSigner } from "./testing/token_signer.ts";
import { createVoterAuthority, REMEMBERED_MS_MAX, type VoterAuthorityOptions } from "./voter_authority.ts";

/** A set as the settings give it. */
function keySet(...keys: unknown[]): JSONWebKeySet {
  return parseVoterKeys(JSON.stringify({ keys }));
}

function authority(keys: JSONWebKeySet, options: Partial<VoterAuthorityOptions> = {}) {
  return createVoterAuthority({ keys: createConfiguredKeys(keys), log: createSilentLogger(), ...options });
}

/** The name, or what is wrong. */
async function answerOf(
  { authenticate }: ReturnType<typeof authority>,
  token: string | undefined,
): Promise<string> {
  const outcome = await authenticate(token === undefined ? undefined : `Bearer ${token}`);
  if (outcome.kind === "voter") return `voter ${outcome.name}`;
  assert(outcome.kind === "unauthorized", outcome.detail);
  for (const part of token?.split(".") ?? []) {
    assert(part.length < 8 || !outcome.detail.includes(part), outcome.detail);
  }
  return outcome.detail;
}

const NOT_GENUINE = "The voter's token is not genuine";
const MALFORMED = "The voter's token is malformed";
const OTHER_WAY = "The voter's token is signed in a way that is not taken here";
const NO_KEY = "The voter's token names no key that is known here";
const NO_BEARER = "The header Authorization must be the word Bearer, a space and a signed token";

/** Another token of the same form, the bits of one character turned. */
function damaged(token: string, at: number): string {
  return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
}

for (const { name, key, token } of RFC_VECTORS) {
  Deno.test(`authenticate() finds ${name} genuine, and lacks a voter in it`, async () => {
    const checked = authority(keySet(key), { now: () => RFC_NOW_MS });
    const wanted = name === "RFC 8037, A.4" ? MALFORMED : `The voter's token must hold "sub"`;
    assertEquals(await answerOf(checked, token), wanted);
    for (const at of [token.lastIndexOf(".") + 5, token.indexOf(".") + 3]) {
      assertEquals(await answerOf(checked, damaged(token, at)), NOT_GENUINE);
    }
  });
}

for (const { name, key, token } of VECTORS) {
  Deno.test(`authenticate() knows the voter of a token that another program signed with ${name}`, async () => {
    let nowMs = VECTOR_ISSUED_AT_MS;
    const checked = authority(
      keySet(key, ...VECTORS.map((other) => other.key).filter((other) => other !== key)),
      {
        issuer: VECTOR_ISSUER,
        audience: VECTOR_AUDIENCE,
        now: () => nowMs,
      },
    );
    assertEquals(await answerOf(checked, token), `voter ${VECTOR_VOTER}`);
    nowMs = VECTOR_EXPIRES_AT_MS + 4_000;
    assertEquals(await answerOf(checked, token), `voter ${VECTOR_VOTER}`, "clocks differ a little");
    nowMs = VECTOR_EXPIRES_AT_MS + 6_000;
    assertEquals(await answerOf(checked, token), "The voter's token has expired");
  });
}

Deno.test("authenticate() takes no token whose signature was changed in any character", async () => {
  for (const { key, token } of VECTORS) {
    const checked = authority(keySet(key), { now: () => VECTOR_ISSUED_AT_MS });
    const from = token.lastIndexOf(".") + 1;
    for (let at = from; at < token.length; at += 7) {
      assertEquals(
        await answerOf(checked, damaged(token, at)),
        NOT_GENUINE,
        `${key.kty}, character ${at - from}`,
      );
    }
  }
});

Deno.test("authenticate() takes no token that ends early", async () => {
  for (const { key, token } of VECTORS) {
    const { authenticate } = authority(keySet(key), { now: () => VECTOR_ISSUED_AT_MS });
    for (let length = 0; length < token.length; length += length < token.lastIndexOf(".") ? 13 : 1) {
      const { kind } = await authenticate(`Bearer ${token.slice(0, length)}`);
      assertEquals(kind, "unauthorized", `${key.kty}, the first ${length} characters`);
    }
  }
});

Deno.test("authenticate() wants exp, and iss and aud where they are set", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  const keys = keySet(signer.key);
  const strict = authority(keys, { issuer: "us", audience: "cast" });
  const good = { iss: "us", aud: "cast" };
  const exp = Math.floor(Date.now() / 1000);
  const cases: readonly (readonly [claims: Record<string, unknown>, wanted: string])[] = [
    [good, "voter alan"],
    [{ ...good, aud: ["else", "cast"] }, "voter alan"],
    [{ ...good, exp: undefined }, `The voter's token must hold "exp"`],
    [{ ...good, exp: "tomorrow" }, `The voter's token must hold a number as "exp"`],
    [{ ...good, exp: exp - 60 }, "The voter's token has expired"],
    [{ ...good, exp: 0 }, "The voter's token has expired"],
    [{ ...good, nbf: exp + 600 }, "The voter's token is not valid yet"],
    [{ ...good, iss: "others" }, `The voter's token has another "iss" than is wanted here`],
    [{ ...good, iss: ["us"] }, `The voter's token has another "iss" than is wanted here`],
    [{ aud: "cast" }, `The voter's token must hold "iss"`],
    [{ ...good, aud: "else" }, `The voter's token has another "aud" than is wanted here`],
    [{ ...good, aud: "cas" }, `The voter's token has another "aud" than is wanted here`],
    [{ iss: "us" }, `The voter's token must hold "aud"`],
    [{ ...good, sub: undefined }, `The voter's token must hold "sub"`],
    [{ ...good, sub: 7 }, `The voter's token names its voter in "sub", which must be a text`],
    [{ ...good, sub: "" }, `The voter's token names its voter in "sub", which must not be empty`],
    [
      { ...good, sub: " alan" },
      `The voter's token names its voter in "sub", which must not begin or end with a space`,
    ],
  ];
  for (const [claims, wanted] of cases) {
    // deno-lint-ignore no-explicit-any -- claims that no library would make
    assertEquals(await answerOf(strict, await signer.sign(claims as any)), wanted, JSON.stringify(claims));
  }
  assertEquals(await answerOf(authority(keys), await signer.sign({ iss: "anybody" })), "voter alan");
});

const encode = (part: unknown) =>
  new TextEncoder().encode(JSON.stringify(part)).toBase64({ alphabet: "base64url", omitPadding: true });

Deno.test("authenticate() lets the key decide how a token is signed, never the token", async () => {
  const [rsa, ec, ed] = await Promise.all([
    createTokenSigner({ kid: "rs", alg: "RS256" }),
    createTokenSigner({ kid: "es", alg: "ES256" }),
    createTokenSigner({ kid: "ed" }),
  ]);
  const publics = authority(keySet(rsa.key, ec.key, ed.key));
  const payload = encode({ sub: "alan", exp: 9_999_999_999 });
  for (
    const alg of ["none", "None", "NONE", "nOnE", "", "HS256", "HS512", "ES384", "RS512", "PS256", "EdDSA2"]
  ) {
    for (const kid of ["rs", "es", "ed"]) {
      const unsigned = `${encode({ alg, kid })}.${payload}`;
      assertEquals(await answerOf(publics, `${unsigned}.`), NO_BEARER, `${alg} without a signature`);
      assertEquals(await answerOf(publics, `${unsigned}.AAAA`), alg === "" ? MALFORMED : OTHER_WAY, alg);
    }
  }
  // A public key as the secret of HMAC, in each form in which it goes round.
  for (const secret of [JSON.stringify(rsa.key), rsa.key.n ?? "", `{"keys":[${JSON.stringify(rsa.key)}]}`]) {
    assertEquals(await answerOf(publics, await hmacToken(secret, "rs")), OTHER_WAY);
    const mixed = authority(keySet(rsa.key, createSecretSigner("hs").key));
    assertEquals(
      await answerOf(mixed, await hmacToken(secret, "rs")),
      NO_KEY,
      "another key may sign so, not this",
    );
    assertEquals(await answerOf(mixed, await hmacToken(secret, "hs")), NOT_GENUINE);
    assertEquals(await answerOf(mixed, await hmacToken(secret, undefined)), NOT_GENUINE);
  }
  for (const [signer, other] of [[rsa, "es"], [ec, "ed"], [ed, "rs"]] as const) {
    assertEquals(
      await answerOf(publics, await signer.sign({}, { kid: other })),
      NO_KEY,
      "the kid of another kind",
    );
    assertEquals(await answerOf(publics, await signer.sign({}, { kid: "unknown" })), NO_KEY);
  }
});

async function hmacToken(secret: string, kid: string | undefined): Promise<string> {
  const signed = `${encode({ alg: "HS256", kid })}.${encode({ sub: "alan", exp: 9_999_999_999 })}`;
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey(
    "raw",
    bytes.encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(signed)));
  return `${signed}.${mac.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

Deno.test("authenticate() takes no key from a token, and none of an earlier set", async () => {
  const [known, thief] = await Promise.all([
    createTokenSigner({ kid: "k" }),
    createTokenSigner({ kid: "k" }),
  ]);
  const checked = authority(keySet(known.key));
  const claims = { sub: "ada" };
  assertEquals(await answerOf(checked, await thief.sign(claims)), NOT_GENUINE);
  for (
    const header of [{ jwk: thief.key }, { jku: "http://127.0.0.1:1/keys" }, { x5u: "http://127.0.0.1:1/x" }]
  ) {
    assertEquals(await answerOf(checked, await thief.sign(claims, header)), NOT_GENUINE);
  }
  assertEquals(
    await answerOf(checked, `${encode({ alg: "EdDSA", kid: "k", crit: ["else"], else: 1 })}.e30.AAAA`),
    OTHER_WAY,
  );
});

Deno.test("authenticate() says what is wrong with a header that holds no token", async () => {
  const { key, token } = VECTORS[0] ?? { key: {}, token: "" };
  const { authenticate } = authority(keySet(key), { now: () => VECTOR_ISSUED_AT_MS });
  const detailOf = async (header: string | undefined) => {
    const outcome = await authenticate(header);
    return outcome.kind === "voter" ? "voter" : outcome.detail;
  };
  for (const header of [undefined, ""]) assert((await detailOf(header)).includes("is missing"));
  const [head = "", payload = "", signature = ""] = token.split(".");
  const malformed = [
    token,
    "Bearer",
    "Bearer ",
    `Basic ${token}`,
    `Bearer ${token} more`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer "${token}"`,
    `Bearer ${head}.${payload}`,
    `Bearer ${head}.${payload}.`,
    `Bearer ${head}..${signature}`,
    `Bearer ${token}.${signature}`,
    `Bearer ${head}.${payload}.${signature}=`,
    `Bearer ${head}.${payload}.${signature}\u00e9`,
  ];
  for (const header of malformed) assertEquals(await detailOf(header), NO_BEARER, header);
  assertEquals(
    await detailOf(`Bearer ${"a".repeat(1_000_000)}.b.c`),
    `The header Authorization must have at most ${TOKEN_LENGTH_MAX} characters`,
  );
  for (
    const header of [
      `Bearer a.${payload}.${signature}`,
      `Bearer AAAA.AAAA.AAAA`,
      `Bearer ${encode([])}.e30.AAAA`,
    ]
  ) {
    assertEquals(await detailOf(header), MALFORMED, header);
  }
  assertEquals(await detailOf(`bEARER  ${token}`), "voter");
});

Deno.test("authenticate() looks for a token's key once in a while, and never remembers a forged one", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  const keys = createConfiguredKeys(keySet(signer.key));
  let looked = 0;
  let nowMs = Date.now();
  const find: typeof keys.find = (header, token) => {
    looked++;
    return keys.find(header, token);
  };
  const checked = authority(keySet(signer.key), { keys: { ...keys, find }, now: () => nowMs });
  const ends = Math.floor(nowMs / 1000) + 2;
  const [long, short] = [await signer.sign(), await signer.sign({ exp: ends })];
  for (const token of [long, long, short, short]) assertEquals(await answerOf(checked, token), "voter alan");
  assertEquals(looked, 2, "once each");
  nowMs = (ends + 5) * 1000;
  assertEquals(
    await answerOf(checked, short),
    "The voter's token has expired",
    "is not remembered beyond its end",
  );
  nowMs += REMEMBERED_MS_MAX;
  assertEquals([await answerOf(checked, long), looked], ["voter alan", 4], "looked at anew");
  const forged = damaged(long, long.length - 5);
  for (const time of [1, 2]) assertEquals([await answerOf(checked, forged), looked], [NOT_GENUINE, 4 + time]);
});

Deno.test("authenticate() takes nothing for granted when the keys break, and says so in the log", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  const log = createSilentLogger();
  const broken = {
    algorithms: ["EdDSA" as const],
    find: () => Promise.reject(new TypeError("a key that is none")),
  };
  const outcome = await createVoterAuthority({ keys: broken, log }).authenticate(
    `Bearer ${await signer.sign()}`,
  );
  assertEquals(outcome.kind, "unchecked");
  assertEquals(log.events.map(({ level, event }) => [level, event]), [["error", "voter_token_unchecked"]]);
});
