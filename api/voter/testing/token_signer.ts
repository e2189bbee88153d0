/** Who signs voters' tokens in a test: one key, and whatever is to be said with it. */
import {
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";

export interface TokenSigner {
  /** The public key, or the secret of HS256. */
  readonly key: JWK;
  /** A token of the voter that is good for an hour, unless told otherwise; undefined leaves a claim out. */
  sign(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

export async function createTokenSigner(
  { kid, alg = "EdDSA" }: { kid: string; alg?: "EdDSA" | "ES256" | "RS256" },
): Promise<TokenSigner> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { key: { ...await exportJWK(publicKey), kid }, sign: signWith(privateKey, { alg, kid }) };
}

export function createSecretSigner(kid: string): TokenSigner {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const k = secret.toBase64({ alphabet: "base64url", omitPadding: true });
  return { key: { kty: "oct", kid, k }, sign: signWith(secret, { alg: "HS256", kid }) };
}

function signWith(
  key: Parameters<SignJWT["sign"]>[0],
  { alg, kid }: { alg: string; kid: string },
): TokenSigner["sign"] {
  return async (claims, header) => {
    const exp = Math.floor(Date.now() / 1000) + 3600;
    return await new SignJWT({ sub: "alan", exp, ...claims }).setProtectedHeader({ alg, kid, ...header })
      .sign(key);
  };
}
