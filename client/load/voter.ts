/**
 * One voter: sends the vote, and again under the same request id when a ticket has just ended or nobody knows what became
 * of it, up to a bound.
 */
import type { Ballot } from "./ballot.ts";
import type { HttpClient } from "./http_client.ts";
import type { Tickets } from "./tickets.ts";
import type { VoteEnd } from "./vote_ends.ts";

export interface VoterDeps {
  readonly ballot: Ballot;
  readonly clients: readonly HttpClient[];
  readonly tickets: Tickets;
  /** Told of every answer: a VoteCode, or UNKNOWN. */
  readonly answered: (code: string) => void;
  /** Before a repeat; returns at once when the signal fires. */
  readonly wait: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** No answer, or one that says that nobody knows. */
export const UNKNOWN = "UNKNOWN";
const ATTEMPTS_MAX = 5;
const BACKOFF_MS = 20;
const REPEATED: ReadonlySet<string> = new Set([UNKNOWN, "TICKET_EXPIRED", "NOT_READY"]);
const QUERY = JSON.stringify(
  "mutation ($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $requestId: ID) { " +
    "vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, requestId: $requestId) { code } }",
);

/** Never throws. */
export async function castVote(n: number, deps: VoterDeps): Promise<Exclude<VoteEnd, "unsent">> {
  const { ballot, clients, tickets, answered, wait, signal } = deps;
  const { names, counts } = ballot.choice(n);
  const content = `"usernames":${JSON.stringify(names)},"voteCount":[${counts}],"requestId":"${
    ballot.requestId(n)
  }"`;
  let isUnknown = false;
  for (let attempt = 0; attempt < ATTEMPTS_MAX && !signal.aborted; attempt++) {
    if (attempt > 0) {
      await wait(BACKOFF_MS * 4 ** (attempt - 1) * (0.5 + Math.random()));
      await tickets.renew();
    }
    const client = clients[(n + attempt) % clients.length] as HttpClient;
    const code = await callVote(client, () => voteBody(content, tickets.current()));
    answered(code);
    if (code === "ACCEPTED") return "accepted";
    // Once unknown, always unknown: a refusal says nothing of the call before it.
    isUnknown ||= code === UNKNOWN;
    if (!REPEATED.has(code)) break;
  }
  return isUnknown ? "unknown" : "refused";
}

function voteBody(content: string, ticket: string | undefined): string {
  return `{"query":${QUERY},"variables":{${content},"ticket":"${ticket ?? "none"}"}}`;
}

async function callVote(client: HttpClient, body: () => string): Promise<string> {
  try {
    const reply = JSON.parse(await client.post(body)) as {
      data?: { vote?: { code?: string } | null } | null;
    };
    return reply.data?.vote?.code ?? UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}
