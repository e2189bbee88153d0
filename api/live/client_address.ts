/**
 * Whose address a request counts for. A client may write what it likes into X-Forwarded-For; what the proxies in front
 * append stands at its right end. So as many as there are proxies are counted from the right, and nothing further left
 * is believed.
 */

/** What the listener knows of a connection. */
export interface Connection {
  readonly remoteAddr: Deno.Addr;
}

/** Returns undefined where nobody knows: an edge host tells nothing of connections. */
export function clientAddress(
  { headers }: Request,
  { connection, proxyHops }: { connection: Connection | undefined; proxyHops: number },
): string | undefined {
  if (!connection) return undefined;
  const forwarded = proxyHops > 0
    ? headers.get("x-forwarded-for")?.split(",").at(-proxyHops)?.trim()
    : undefined;
  // Whoever came past the proxies has nothing appended.
  return forwarded || remoteAddress(connection);
}

function remoteAddress({ remoteAddr }: Connection): string | undefined {
  return "hostname" in remoteAddr ? remoteAddr.hostname : undefined;
}
