/** The keys of voters' tokens as the settings give them. New keys, or fewer, take a restart of the API. */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWSHeaderParameters,
  type JWTVerifyGetKey,
} from "jose";
import { algorithmOf, type VoterAlgorithm } from "../../shared/voter/voter_keys.ts";
import type { VoterKeys } from "./voter_authority.ts";

/** `keySet` comes from parseVoterKeys(). */
export function createConfiguredKeys(keySet: JSONWebKeySet): VoterKeys {
  const findPublic = createLocalJWKSet(keySet);
  const secrets = keySet.keys.filter((key) => algorithmOf(key) === "HS256");
  const imported = new Map<JWK, Promise<CryptoKey>>();

  function findSecret({ kid }: JWSHeaderParameters): Promise<CryptoKey> {
    const meant = secrets.filter((key) => kid === undefined || key.kid === kid);
    const [key] = meant;
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    if (meant.length > 1) throw new errors.JWKSMultipleMatchingKeys();
    const known = imported.get(key) ?? importSecret(key);
    imported.set(key, known);
    return known;
  }

  // jose's own key sets leave secrets out, so that no public key is ever taken for one; here each kind has its own way.
  const find: JWTVerifyGetKey = (header, token) =>
    header.alg === "HS256" ? findSecret(header) : findPublic(header, token);
  const algorithms = [...new Set(keySet.keys.map(algorithmOf))].filter((found) => found !== undefined);
  return { find, algorithms: algorithms satisfies VoterAlgorithm[] };
}

function importSecret({ k }: JWK): Promise<CryptoKey> {
  const bytes = Uint8Array.fromBase64(k ?? "", { alphabet: "base64url" });
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}
