/**
 * The tickets that voters have in hand: the current one of each API process, asked for a few times a second for all of
 * them, and those of a little while ago, for voters who will not let go of theirs.
 */
import type { CallDeadlines } from "./call_deadlines.ts";
import { callCas } from "./graphql_call.ts";
import type { History } from "./history_writer.ts";
import { ticketEpoch, ticketName } from "./history.ts";

export interface HeldTicket {
  readonly text: string;
  readonly name: string;
  readonly epoch: number;
  readonly seenT: number;
  readonly validUntilMs: number;
  readonly remaining: number;
}

/** Where to vote, and with what. */
export interface Place {
  readonly api: number;
  readonly url: string;
  readonly ticket: HeldTicket;
}

export interface TicketsDeps {
  /** GraphQL URLs of the API processes of the moment. */
  readonly endpoints: () => readonly string[];
  readonly history: History;
  readonly deadlines: CallDeadlines;
  readonly random: () => number;
  readonly wallMs: () => number;
}

interface Api {
  readonly api: number;
  readonly url: string;
  isAsked: boolean;
  current?: HeldTicket;
}

const OLD_MS_MAX = 3000;
/** Of an older epoch: long enough for a voter who slept through a fault. */
const OLD_EPOCH_MS_MAX = 30_000;
const OLD_MAX = 100;

export type Tickets = ReturnType<typeof createTickets>;

export function createTickets({ endpoints, history, deadlines, random, wallMs }: TicketsDeps) {
  const apis = new Map<string, Api>();
  const asking = new Set<Promise<void>>();
  /** Oldest first. */
  let held: HeldTicket[] = [];
  let turn = 0;

  function present(): Api[] {
    return endpoints().map((url) => {
      const known = apis.get(url);
      if (known) return known;
      const api: Api = { api: apis.size, url, isAsked: false };
      apis.set(url, api);
      history.api({ api: api.api, url });
      return api;
    });
  }

  async function ask(api: Api): Promise<void> {
    const t0 = history.nowT();
    const answer = await callCas({ url: api.url, signal: deadlines.signal() });
    if (!answer) return;
    const name = ticketName(answer.ticket);
    const t = history.nowT();
    const [epoch, validUntilMs] = [ticketEpoch(name), Date.parse(answer.validUntil)];
    const remaining = answer.remainingUsage;
    const opensAt = Number(name.slice(name.lastIndexOf(".") + 1));
    history.ticket({ t0, t, api: api.api, ticket: name, epoch, opensAt, remaining, validUntilMs });
    api.current = { text: answer.ticket, name, epoch, seenT: t, validUntilMs, remaining };
    if (held.every((ticket) => ticket.name !== name)) held = [...held, api.current].slice(-OLD_MAX);
  }

  return {
    /** Asks every process for its ticket, unless it has not answered yet. To be called a few times a second. */
    refresh(): void {
      for (const api of present()) {
        if (api.isAsked) continue;
        api.isAsked = true;
        const asked = ask(api).finally(() => {
          api.isAsked = false;
          asking.delete(asked);
        });
        asking.add(asked);
      }
    },
    /** The ticket of the next process that has one which is good, by what it said. */
    fresh({ needsUses }: { needsUses: boolean }): Place | undefined {
      const list = present();
      for (let tries = 0; tries < list.length; tries++) {
        const { api, url, current } = list[turn++ % list.length] as Api;
        if (!current || wallMs() >= current.validUntilMs) continue;
        if (!needsUses || current.remaining > 0) return { api, url, ticket: current };
      }
      return undefined;
    },
    /** A ticket that was replaced a while ago, or of an epoch before, at any process. */
    old(): Place | undefined {
      const [t, newest, list] = [history.nowT(), held.at(-1), present()];
      const old = held.filter(({ seenT, epoch }) =>
        t - seenT <= (epoch === newest?.epoch ? OLD_MS_MAX : OLD_EPOCH_MS_MAX)
      ).slice(0, -1);
      const ticket = old[Math.floor(random() * old.length)];
      const api = list[Math.floor(random() * list.length)];
      return ticket && api && { api: api.api, url: api.url, ticket };
    },
    settled: () => Promise.all(asking),
  };
}
