/**
 * Whom a client believes over TLS: servers whose certificate was issued by one in a file of our own, for the name or
 * address that was asked for. Without a file, by one that the system trusts.
 *
 * The file is read anew for every connection, so a certificate that takes another's place needs no restart. One that
 * cannot be read then, or is half written, leaves the last good one in force: a running program is not worse off for it.
 */

/** For `tls.connect`, which checks chain, dates and name unless told otherwise. */
export interface TlsTrust {
  readonly ca?: string;
  readonly rejectUnauthorized: true;
}

const CERTIFICATE = /^-----BEGIN CERTIFICATE-----\r?\n[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/m;

/** Throws where the file cannot be read or holds no certificate. */
export function trust(
  caFile: string | undefined,
  { readFile = Deno.readTextFileSync }: { readFile?: (path: string) => string } = {},
): TlsTrust {
  if (caFile === undefined) return { rejectUnauthorized: true };
  let latest = readFile(caFile);
  assertCertificates(latest, caFile);
  return {
    rejectUnauthorized: true,
    // ioredis, kafkajs and pg each copy their options when they connect, and so ask once a connection.
    get ca() {
      try {
        const text = readFile(caFile);
        assertCertificates(text, caFile);
        latest = text;
      } catch {
        // The last good one.
      }
      return latest;
    },
  };
}

function assertCertificates(text: string, caFile: string): void {
  if (!CERTIFICATE.test(text)) throw new Error(`Read certificates from "${caFile}": wanted PEM, found none`);
}
