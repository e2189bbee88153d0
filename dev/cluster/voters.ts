/**
 * Voters of the cluster's test. Each votes again and again, every vote under an id of its own. A vote that was refused is
 * left refused, so that the ledger can be asked whether refused means nothing happened; one whose outcome is not known is
 * repeated under its id until it is.
 */
import { pause } from "../stack/backoff.ts";
import type { ApiClient, TicketInfo } from "../system/api_client.ts";

export interface Ballot {
  readonly requestId: string;
  readonly names: readonly string[];
  readonly counts: readonly number[];
}

/** What a voter knows in the end. */
export type End = "accepted" | "refused" | "unknown";

export interface CastVote extends Ballot {
  readonly end: End;
  /** Whether a try of it had no answer. */
  readonly wasUnknown: boolean;
}

export interface Voters {
  readonly votes: readonly CastVote[];
  /** How many were accepted so far. */
  accepted(): number;
  /** Questions so far that had no answer: votes, and tickets that were not to be had. */
  unanswered(): number;
  /** No new votes; resolves when the last has its end. */
  finish(): Promise<readonly CastVote[]>;
}

export interface VotersOptions {
  readonly clients: readonly ApiClient[];
  readonly names: readonly string[];
  /** Between two votes of one voter. */
  readonly restMs?: number;
  readonly patienceMs?: number;
}

const REST_MS = 300;
const RETRY_MS = 200;
/** Within half of CAST_REQUEST_LIFE_MS: later than that a repeat may count again. */
const PATIENCE_MS = 50_000;

export function startVoters(
  { clients, names, restMs = REST_MS, patienceMs = PATIENCE_MS }: VotersOptions,
): Voters {
  const votes: CastVote[] = [];
  const stopping = new AbortController();
  let [accepted, unanswered] = [0, 0];
  const countUnanswered = (client: ApiClient): ApiClient => ({
    ...client,
    async cas() {
      const ticket = await client.cas();
      if (!ticket) unanswered += 1;
      return ticket;
    },
    async vote(input) {
      const answer = await client.vote(input);
      if (answer.kind === "unknown") unanswered += 1;
      return answer;
    },
  });

  const voters = clients.map(countUnanswered).map(withLastTicket).map(async (client, voter) => {
    for (let round = voter; !stopping.signal.aborted; round++) {
      const ballot = createBallot(names, round);
      const vote = await castToItsEnd(client, { ballot, patienceMs });
      if (vote?.end === "accepted") accepted += 1;
      if (vote) votes.push(vote);
      await pause(restMs);
    }
  });

  return {
    votes,
    accepted: () => accepted,
    unanswered: () => unanswered,
    async finish() {
      stopping.abort();
      await Promise.all(voters);
      return votes;
    },
  };
}

/** Undefined where no ticket was to be had, so that nothing was asked. Exported for its test. */
export async function castToItsEnd(
  client: ApiClient,
  { ballot, patienceMs }: { ballot: Ballot; patienceMs: number },
): Promise<CastVote | undefined> {
  const deadline = performance.now() + patienceMs;
  let wasUnknown = false;
  while (performance.now() < deadline) {
    const ticket = await client.cas();
    if (ticket) {
      const answer = await client.vote({
        usernames: ballot.names,
        voteCount: ballot.counts,
        ticket: ticket.ticket,
        requestId: ballot.requestId,
      });
      if (answer.kind === "result" && answer.result.success) {
        return { ...ballot, end: "accepted", wasUnknown };
      }
      // A refusal of a repeat says nothing of the try before it.
      if (answer.kind === "result" && !wasUnknown) return { ...ballot, end: "refused", wasUnknown };
      wasUnknown = true;
    } else if (!wasUnknown) return undefined;
    await pause(RETRY_MS);
  }
  return { ...ballot, end: "unknown", wasUnknown };
}

/** While no ticket is to be had, the last one is tried: it is refused then, and that is to be tested too. */
function withLastTicket(client: ApiClient): ApiClient {
  let last: TicketInfo | undefined;
  return { ...client, cas: async () => last = await client.cas() ?? last };
}

/** Two names to a vote, so that half a vote would show. */
function createBallot(names: readonly string[], round: number): Ballot {
  const [first, second] = [round, round + 1].map((index) => names[index % names.length] as string);
  return {
    requestId: crypto.randomUUID(),
    names: [first as string, second as string],
    counts: [1 + round % 3, 1],
  };
}
