/** One call of the API over HTTP, from text to text: nothing is built that a vote does not need. */
import { UNKNOWN } from "./history.ts";

export interface GraphqlCall {
  readonly url: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface VoteAnswer {
  /** A VoteCode, or UNKNOWN. */
  readonly outcome: string;
  readonly why?: string;
  readonly totals?: readonly number[];
}

export interface TicketAnswer {
  readonly ticket: string;
  readonly validUntil: string;
  readonly remainingUsage: number;
}

interface Reply {
  readonly data?: {
    readonly vote?: { readonly code: string; readonly votes: readonly number[] } | null;
    readonly cas?: TicketAnswer | null;
  } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

const VOTE = JSON.stringify(
  "mutation ($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $voterUsername: String, $requestId: ID) { " +
    "vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, voterUsername: $voterUsername, " +
    "requestId: $requestId) { code votes } }",
);
const CAS_BODY = JSON.stringify({ query: "{ cas { ticket validUntil remainingUsage } }" });
const HEADERS = { "content-type": "application/json" };

export function voteBody({ variables, ticket }: { variables: string; ticket: string }): string {
  return `{"query":${VOTE},"variables":{${variables},"ticket":${JSON.stringify(ticket)}}}`;
}

/** Never throws: what is no answer is UNKNOWN, with the reason. */
export async function callVote(call: GraphqlCall): Promise<VoteAnswer> {
  try {
    const { data, errors } = await post(call);
    if (!data?.vote) return { outcome: UNKNOWN, why: errors?.[0]?.extensions?.code ?? "no_data" };
    const { code, votes } = data.vote;
    return code === "ACCEPTED" ? { outcome: code, totals: votes } : { outcome: code };
  } catch (error) {
    return { outcome: UNKNOWN, why: whyFailed(error, call.signal) };
  }
}

/** Returns undefined when there is no ticket to be had. */
export async function callCas(call: Omit<GraphqlCall, "body">): Promise<TicketAnswer | undefined> {
  try {
    return (await post({ ...call, body: CAS_BODY })).data?.cas ?? undefined;
  } catch {
    return undefined;
  }
}

async function post({ url, body, signal }: GraphqlCall): Promise<Reply> {
  const response = await fetch(url, { method: "POST", headers: HEADERS, body, signal });
  return await response.json();
}

function whyFailed(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "timeout";
  return error instanceof SyntaxError ? "not_json" : "connection";
}
