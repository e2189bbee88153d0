/**
 * The keys that voters' tokens are signed with, as a JSON Web Key Set (RFC 7517). A key says by itself how tokens are
 * signed with it: what a token says of that is only ever compared.
 */
import type { JSONWebKeySet, JWK } from "jose";

export type VoterAlgorithm = "HS256" | "EdDSA" | "ES256" | "RS256";

interface KeyRule {
  readonly algorithm: VoterAlgorithm;
  /** What such a key must hold; returns what is wrong, for people. */
  readonly problem: (key: JWK) => string | undefined;
}

/** A key that HMAC takes may be anything; one that is shorter than its digest is guessed more easily than forged. */
const SECRET_BYTES_MIN = 32;
const CURVE_BYTES = 32;
const RSA_BITS_MIN = 2048;
/** A token without a kid is tried on no key but the only one of its kind; more than these nobody rotates. */
const KEYS_MAX = 32;
/** Which of its members make a key private: RFC 7518, section 6. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth"] as const;

const RULES: Readonly<Record<string, KeyRule>> = {
  oct: {
    algorithm: "HS256",
    problem: ({ k }) =>
      (bytesOf(k)?.length ?? 0) >= SECRET_BYTES_MIN
        ? undefined
        : `"k" of ${SECRET_BYTES_MIN} bytes or more, base64url`,
  },
  OKP: {
    algorithm: "EdDSA",
    problem: ({ crv, x }) =>
      crv === "Ed25519" && bytesOf(x)?.length === CURVE_BYTES ? undefined : 'the curve Ed25519, with its "x"',
  },
  EC: {
    algorithm: "ES256",
    problem: ({ crv, x, y }) =>
      crv === "P-256" && [x, y].every((part) => bytesOf(part)?.length === CURVE_BYTES)
        ? undefined
        : 'the curve P-256, with its "x" and "y"',
  },
  RSA: {
    algorithm: "RS256",
    problem: ({ n, e }) =>
      bitsOf(bytesOf(n)) >= RSA_BITS_MIN && bitsOf(bytesOf(e)) > 1
        ? undefined
        : `"n" of ${RSA_BITS_MIN} bits or more, and "e"`,
  },
};

/** Reads a key set. Throws an `Error` that says what was wanted, and never what was given: a set may hold secrets. */
export function parseVoterKeys(text: string): JSONWebKeySet {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("wanted a JSON Web Key Set");
  }
  if (!isKeySet(value)) {
    throw new Error(`wanted a JSON Web Key Set: {"keys":[…]} with 1 to ${KEYS_MAX} keys`);
  }
  value.keys.forEach((key, index) => {
    const problem = keyProblem(key, { isOnly: value.keys.length === 1 });
    if (problem !== undefined) throw new Error(`wanted key ${index + 1} of the set with ${problem}`);
  });
  if (new Set(value.keys.map(({ kid }) => kid)).size < value.keys.length) {
    throw new Error('wanted each "kid" once');
  }
  return value;
}

/** How tokens are signed with a key that parseVoterKeys() let through. */
export function algorithmOf({ kty }: JWK): VoterAlgorithm | undefined {
  return Object.hasOwn(RULES, kty ?? "") ? RULES[kty ?? ""]?.algorithm : undefined;
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  if (typeof value !== "object" || value === null || !("keys" in value)) return false;
  const { keys } = value;
  return Array.isArray(keys) && keys.length > 0 && keys.length <= KEYS_MAX &&
    keys.every((key) => typeof key === "object" && key !== null && !Array.isArray(key));
}

function keyProblem(key: JWK, { isOnly }: { isOnly: boolean }): string | undefined {
  const rule = Object.hasOwn(RULES, key.kty ?? "") ? RULES[key.kty ?? ""] : undefined;
  if (!rule) return `a "kty" of ${Object.keys(RULES).join(", ")}`;
  if (key.alg !== undefined && key.alg !== rule.algorithm) return `the "alg" ${rule.algorithm}, or none`;
  if (key.use !== undefined && key.use !== "sig") return 'the "use" sig, or none';
  if (key.key_ops !== undefined && !(Array.isArray(key.key_ops) && key.key_ops.includes("verify"))) {
    return 'verify among its "key_ops", or none';
  }
  if (key.kid === undefined ? !isOnly : typeof key.kid !== "string") {
    return 'a "kid": a token says by it which key it was signed with';
  }
  if (PRIVATE_MEMBERS.some((member) => key[member] !== undefined)) {
    return "its public part alone: whoever has the private one signs for any voter";
  }
  return rule.problem(key);
}

function bytesOf(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}

/** Of a big-endian number, its leading zeros left out. */
function bitsOf(bytes: Uint8Array | undefined): number {
  const first = bytes?.findIndex((byte) => byte > 0) ?? -1;
  return bytes === undefined || first < 0
    ? 0
    : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24;
}
