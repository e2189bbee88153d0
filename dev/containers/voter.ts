/** Votes as any client of the API does: with the ticket of the moment, and under one request id until the outcome is known. */
import { pause } from "../stack/backoff.ts";

const ANSWER_DEADLINE_MS = 5_000;
const BETWEEN_TRIES_MS = 100;

const TICKET_QUERY = "query { cas { ticket } }";
const VOTE_MUTATION = `mutation ($names: [String!]!, $counts: [Int!]!, $ticket: String!, $requestId: ID!) {
  vote(usernames: $names, voteCount: $counts, ticket: $ticket, requestId: $requestId) { success code }
}`;

export interface Ballot {
  readonly requestId: string;
  readonly names: readonly string[];
  readonly counts: readonly number[];
}

/** What came of one try: a code of the API, or that nothing answered. */
export type TryOutcome = string;

export interface Voter {
  /** One try. */
  attempt(ballot: Ballot): Promise<TryOutcome>;
  /** Repeats the vote under its id until it is accepted; answers with the number of tries. */
  castUntilAccepted(ballot: Ballot, deadlineMs: number): Promise<number>;
}

export function createVoter(url: string): Voter {
  async function attempt(ballot: Ballot): Promise<TryOutcome> {
    const issued = await ask(url, { query: TICKET_QUERY });
    const ticket = issued.data?.cas?.ticket;
    if (ticket === undefined) return issued.code;
    const answer = await ask(url, { query: VOTE_MUTATION, variables: { ...ballot, ticket } });
    return answer.data?.vote?.code ?? answer.code;
  }
  return {
    attempt,
    async castUntilAccepted(ballot, deadlineMs) {
      const end = performance.now() + deadlineMs;
      for (let tries = 1;; tries++) {
        const outcome = await attempt(ballot);
        if (outcome === "ACCEPTED") return tries;
        if (performance.now() > end) {
          throw new Error(`Vote: not accepted within ${deadlineMs} ms, the last answer was ${outcome}`);
        }
        await pause(BETWEEN_TRIES_MS);
      }
    },
  };
}

interface Answer {
  data?: { cas?: { ticket: string }; vote?: { code: string } } | null;
  /** Of the first error. */
  code: string;
}

async function ask(url: string, body: unknown): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    });
    const { data, errors } = await response.json();
    return { data, code: errors?.[0]?.extensions?.code ?? `HTTP_${response.status}` };
  } catch {
    return { code: "NO_ANSWER" };
  }
}
