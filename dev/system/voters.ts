/**
 * Voters who keep voting at a steady rate whatever the system does, repeat what they do not know with the same
 * requestId, and write down every answer: the history that the ledger is held to afterwards.
 */
import { setTimeout as timeout } from "node:timers/promises";
import type { ApiClient, TicketInfo } from "./api_client.ts";

export interface VoteIntent {
  readonly requestId: string;
  readonly username: string;
  readonly count: number;
}

export interface History {
  /** Voters who came. Each ends in one of the three lists below. */
  readonly arrived: VoteIntent[];
  readonly accepted: VoteIntent[];
  /** Voters who gave up, the last answer a refusal. */
  readonly refused: VoteIntent[];
  /** Voters who gave up without ever knowing. */
  readonly unknown: VoteIntent[];
  /** Answers by code, unknown ones included. */
  readonly answers: Map<string, number>;
}

export interface VotersOptions {
  readonly clients: readonly ApiClient[];
  readonly perSecond: number;
  readonly usernames: readonly string[];
}

export interface Voters {
  readonly history: History;
  /** No new voters; resolves when the last has an answer or has given up. */
  finish(): Promise<History>;
}

/** Within half of the default CAST_REQUEST_LIFE_MS: later than that a repeat may count again. */
const PATIENCE_MS = 45_000;
const RETRY_MS = 100;
const BEAT_MS = 20;

export function startVoters({ clients, perSecond, usernames }: VotersOptions): Voters {
  const history: History = { arrived: [], accepted: [], refused: [], unknown: [], answers: new Map() };
  const voting = new Set<Promise<void>>();
  const stopped = new AbortController();

  const arrivals = (async () => {
    const began = performance.now();
    let arrived = 0;
    while (!stopped.signal.aborted) {
      const due = Math.floor((performance.now() - began) / 1000 * perSecond);
      for (; arrived < due; arrived++) {
        const client = clients[arrived % clients.length] as ApiClient;
        const username = usernames[arrived % usernames.length] as string;
        const intent = { requestId: crypto.randomUUID(), username, count: 1 + arrived % 3 };
        history.arrived.push(intent);
        const voter = castOne(client, { intent, history });
        voting.add(voter);
        voter.finally(() => voting.delete(voter));
      }
      await timeout(BEAT_MS);
    }
  })();

  return {
    history,
    async finish() {
      stopped.abort();
      await arrivals;
      await Promise.all(voting);
      return history;
    },
  };
}

/** One voter: asks for a ticket and votes, again and again, until the vote is accepted or patience is at its end. */
async function castOne(
  client: ApiClient,
  { intent, history }: { intent: VoteIntent; history: History },
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let isUnknown = false;
  while (performance.now() < deadline) {
    const ticket: TicketInfo | undefined = await client.cas();
    if (ticket) {
      const answer = await client.vote({
        usernames: [intent.username],
        voteCount: [intent.count],
        ticket: ticket.ticket,
        requestId: intent.requestId,
      });
      const code = answer.kind === "result" ? answer.result.code : "unknown";
      history.answers.set(code, (history.answers.get(code) ?? 0) + 1);
      if (code === "ACCEPTED") return void history.accepted.push(intent);
      // Once unknown, always unknown: a later refusal says nothing of the try before.
      isUnknown ||= code === "unknown";
    }
    await timeout(RETRY_MS);
  }
  (isUnknown ? history.unknown : history.refused).push(intent);
}
