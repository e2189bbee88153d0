/**
 * Free ports on the loopback interface.
 *
 * They are taken below the span from which the system serves outgoing connections (32768 and up on Linux, 49152 and up on
 * macOS). Inside it a store that is stopped for a moment can lose its port to some client's outgoing connection, and a
 * client that keeps dialling the dead port can even connect to itself.
 */
import { SetupError } from "./setup_error.ts";

export const LOOPBACK = "127.0.0.1";

const PORT_MIN = 20_000;
const PORT_COUNT = 10_000;
const TRIES_MAX = 500;

export interface PortSearch {
  /** The same seed begins at the same port, so that a stack tends to find its old ports again. */
  seed?: number;
  /** Ports already promised to others of this stack. */
  taken?: ReadonlySet<number>;
  isFree?: (port: number) => boolean;
}

/** The first free port from the seed on (a random place without one), going round once at most. */
export function findFreePort(search: PortSearch = {}): number {
  const isFree = search.isFree ?? isPortFree;
  const first = search.seed ?? Math.floor(Math.random() * PORT_COUNT);
  for (let step = 0; step < TRIES_MAX; step++) {
    const port = PORT_MIN + (first + step) % PORT_COUNT;
    if (!search.taken?.has(port) && isFree(port)) return port;
  }
  throw new SetupError(`Find a free port: ${TRIES_MAX} ports above ${PORT_MIN} are all in use`);
}

/** The wanted port or the next free one above it. */
export function nextFreePort(wanted: number, isFree: (port: number) => boolean = isPortFree): number {
  for (let port = wanted; port < wanted + TRIES_MAX && port <= 65_535; port++) {
    if (isFree(port)) return port;
  }
  throw new SetupError(`Find a free port: none from ${wanted} on`);
}

/** Whether a server could listen there now; another may take the port a moment later. */
export function isPortFree(port: number): boolean {
  // Both: a server of another program on all interfaces would get the connections that we mean for ours.
  return [LOOPBACK, "0.0.0.0"].every((hostname) => {
    try {
      Deno.listen({ hostname, port }).close();
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) {
        return false;
      }
      throw error;
    }
  });
}
