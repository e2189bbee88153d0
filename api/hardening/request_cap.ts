/**
 * How many requests may be under way at once. Beyond that a request is refused before anything of it is read: each one
 * under way holds memory, and a queue that nobody bounds makes every answer late. A request is under way until its
 * response begins: a stream then has a cap of its own.
 */
import type { Connection } from "../live/client_address.ts";

/** `connection` is what the listener knows of it, where there is a listener of ours. */
export type Fetch = (request: Request, connection?: Connection) => Promise<Response>;

export interface CappedRequests {
  readonly fetch: Fetch;
  /** Requests that have no answer yet. */
  underWay(): number;
}

/** `refused` makes the answer to a request for which there is no place. */
export function capRequests(
  fetch: Fetch,
  { requestsMax, refused }: { requestsMax: number; refused: () => Response },
): CappedRequests {
  let underWay = 0;
  const capped: Fetch = async (request, connection) => {
    if (underWay >= requestsMax) return refused();
    underWay++;
    try {
      return await fetch(request, connection);
    } finally {
      underWay--;
    }
  };
  return { fetch: capped, underWay: () => underWay };
}
