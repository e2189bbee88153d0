/** The ticket that all voters have in hand: asked for a few times a second for all of them, and at once when one is refused. */
import type { HttpClient } from "./http_client.ts";

export interface Tickets {
  /** Undefined while there is none to be had. */
  current(): string | undefined;
  /** Asks for one now; whoever asks meanwhile gets the same. */
  renew(): Promise<void>;
}

const CAS = JSON.stringify({ query: "{ cas { ticket validUntil remainingUsage } }" });

/** The APIs are asked in turn. The clients must not be those of the votes: behind a queue of votes it would come too late. */
export function createTickets(clients: readonly HttpClient[]): Tickets {
  let ticket: string | undefined;
  let asking: Promise<void> | undefined;
  let turn = 0;

  async function ask(): Promise<void> {
    try {
      const client = clients[turn++ % clients.length] as HttpClient;
      const reply = JSON.parse(await client.post(() => CAS)) as {
        data?: { cas?: { ticket: string } } | null;
      };
      ticket = reply.data?.cas?.ticket ?? ticket;
    } catch {
      // The one in hand may still serve, and the next beat asks the next API.
    } finally {
      asking = undefined;
    }
  }
  const renew = () => asking ??= ask();
  return {
    current: () => ticket,
    renew,
  };
}
