/**
 * Certificates for the servers of a test, made on the spot: an authority of its own, and whatever server it vouches for.
 * Nothing of them outlives the test.
 */
// The library below asks for it to be there.
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  /** PEM: whom the clients are told to trust. */
  readonly certificate: string;
  /** For these names and addresses; `expired` has been good until an hour ago. */
  issue(hosts: readonly string[], options?: { expired?: boolean }): Promise<ServerCertificate>;
}

export async function createAuthority(name = "CAST test authority"): Promise<Authority> {
  const keys = await generateKeys();
  const subject = `CN=${name}`;
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: authority.toString("pem"),
    issue: (hosts, { expired = false } = {}) =>
      issue(hosts, { authority, signingKey: keys.privateKey, expired }),
  };
}

async function issue(
  hosts: readonly string[],
  { authority, signingKey, expired }: { authority: X509Certificate; signingKey: CryptoKey; expired: boolean },
): Promise<ServerCertificate> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${hosts[0]}`,
    issuer: authority.subject,
    notBefore: new Date(Date.now() - DAY_MS / 2),
    notAfter: new Date(Date.now() + (expired ? -HOUR_MS : DAY_MS / 2)),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: nameType(value), value }))),
      await AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  const exported = await crypto.subtle.exportKey("pkcs8", keys.privateKey) as ArrayBuffer;
  return { certificate: certificate.toString("pem"), key: toPem(new Uint8Array(exported)) };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function nameType(host: string): GeneralNameType {
  return /^[\d.]+$|:/.test(host) ? "ip" : "dns";
}

/** Positive, as the standard wants it. */
function serialNumber(): string {
  return `01${crypto.getRandomValues(new Uint8Array(8)).toHex()}`;
}

function toPem(bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}
