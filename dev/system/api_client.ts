/** A client of the public contract over HTTP, as any client would write it: it knows nothing of the inside. */
import { waitFor } from "../../shared/testing/wait_for.ts";

export interface TicketInfo {
  readonly ticket: string;
  readonly validUntil: string;
  readonly remainingUsage: number;
}

export interface VoteResult {
  readonly success: boolean;
  readonly message: string;
  readonly code: string;
  readonly usernames: readonly string[];
  readonly votes: readonly number[];
}

/** What a client sees of one vote call. */
export type VoteAnswer =
  | { readonly kind: "result"; readonly result: VoteResult }
  /** A GraphQL error, no HTTP answer, or none in time: counted or not, the client does not know. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface VoteInput {
  readonly usernames: readonly string[];
  readonly voteCount: readonly number[];
  readonly ticket: string;
  readonly voterUsername?: string;
  readonly requestId?: string;
}

export interface ApiClient {
  /** Returns undefined while no ticket is open. */
  cas(): Promise<TicketInfo | undefined>;
  vote(input: VoteInput): Promise<VoteAnswer>;
  total(username: string): Promise<number | undefined>;
  whenTicketOpen(): Promise<TicketInfo>;
}

const ANSWER_MS_MAX = 15_000;
const VOTE =
  `mutation ($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $voterUsername: String, $requestId: ID) {
  vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, voterUsername: $voterUsername, requestId: $requestId) {
    success message code usernames votes
  }
}`;

export function createApiClient(url: string): ApiClient {
  async function ask<T>(
    query: string,
    variables: unknown,
  ): Promise<{ data?: T | null; errors?: { message: string }[] }> {
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new Error(`no answer within ${ANSWER_MS_MAX} ms`)),
      ANSWER_MS_MAX,
    );
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
        signal: abort.signal,
      });
      return await response.json();
    } finally {
      clearTimeout(timer);
    }
  }

  async function cas(): Promise<TicketInfo | undefined> {
    try {
      const { data } = await ask<{ cas: TicketInfo }>("{ cas { ticket validUntil remainingUsage } }", {});
      return data?.cas;
    } catch {
      return undefined;
    }
  }

  return {
    cas,
    whenTicketOpen: () => waitFor(cas, { what: "an open ticket", withinMs: 60_000 }),
    async vote(input) {
      try {
        const { data, errors } = await ask<{ vote: VoteResult }>(VOTE, input);
        if (data?.vote) return { kind: "result", result: data.vote };
        return { kind: "unknown", reason: errors?.[0]?.message ?? "no data" };
      } catch (error) {
        return { kind: "unknown", reason: String(error) };
      }
    },
    async total(username) {
      const { data } = await ask<{ query: number }>("query ($name: String!) { query(username: $name) }", {
        name: username,
      });
      return data?.query;
    },
  };
}
