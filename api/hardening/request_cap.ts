/**
 * How many requests may be under way at once. Beyond that a request is refused before anything of it is read: each one
 * under way holds memory, and a queue that nobody bounds makes every answer late.
 */

export type Fetch = (request: Request) => Promise<Response>;

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
  const capped: Fetch = async (request) => {
    if (underWay >= requestsMax) return refused();
    underWay++;
    try {
      return await fetch(request);
    } finally {
      underWay--;
    }
  };
  return { fetch: capped, underWay: () => underWay };
}
