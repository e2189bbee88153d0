/**
 * Voters for whom nothing may fail: each asks for a ticket and votes, again and again at a steady beat, and tries nothing
 * a second time. Whatever is not an accepted vote is written down as a failure.
 *
 * Half of them keep their connection and close it when they are asked to, as HTTP clients do; the others make a new one
 * for every call.
 */
import { setTimeout as timeout } from "node:timers/promises";
import { createHttpClient } from "../../client/load/http_client.ts";
import type { History, VoteIntent } from "./voters.ts";

export interface SteadyVoters {
  /** Calls made so far, of tickets and of votes. */
  calls(): number;
  failures(): readonly string[];
  /** No new calls; resolves when each has its answer. */
  finish(): Promise<History>;
}

export interface SteadyVotersOptions {
  readonly url: URL;
  /** Of each kind. */
  readonly count: number;
  readonly usernames: readonly string[];
}

const BEAT_MS = 100;
const CAS = JSON.stringify({ query: "{ cas { ticket } }" });
const VOTE = JSON.stringify(
  "mutation ($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $requestId: ID) { " +
    "vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, requestId: $requestId) { code } }",
);

interface Reply {
  readonly data?:
    | { readonly cas?: { ticket: string } | null; readonly vote?: { code: string } | null }
    | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Makes one call and returns its answer. */
type Post = (body: string) => Promise<string>;

export function startSteadyVoters({ url, count, usernames }: SteadyVotersOptions): SteadyVoters {
  const history: History = { arrived: [], accepted: [], refused: [], unknown: [], answers: new Map() };
  const failures: string[] = [];
  const stopped = new AbortController();
  let calls = 0;

  async function ask(post: Post, body: string): Promise<Reply> {
    calls += 1;
    return JSON.parse(await post(body));
  }

  async function castOne(post: Post, intent: VoteIntent): Promise<void> {
    const what = { step: "cas" };
    try {
      const { data: info, errors } = await ask(post, CAS);
      if (!info?.cas) throw new Error(errors?.[0]?.message ?? "no ticket");
      what.step = "vote";
      history.arrived.push(intent);
      const { username, count, requestId } = intent;
      const variables = { usernames: [username], voteCount: [count], ticket: info.cas.ticket, requestId };
      const reply = await ask(post, `{"query":${VOTE},"variables":${JSON.stringify(variables)}}`);
      const code = reply.data?.vote?.code ?? reply.errors?.[0]?.message ?? "no answer";
      if (code !== "ACCEPTED") throw new Error(code);
      history.accepted.push(intent);
    } catch (error) {
      if (what.step === "vote") history.unknown.push(intent);
      failures.push(`${what.step}: ${error instanceof Error ? error.message : error}`);
    }
  }

  async function voteOn(index: number, post: Post): Promise<void> {
    for (let votes = index; !stopped.signal.aborted; votes++) {
      const username = usernames[votes % usernames.length] as string;
      await castOne(post, { requestId: crypto.randomUUID(), username, count: 1 + votes % 3 });
      await timeout(BEAT_MS);
    }
  }

  async function keepsConnection(index: number): Promise<void> {
    const client = createHttpClient({ url, connectionsMax: 1 });
    await voteOn(index, (body) => client.post(() => body)).finally(client.close);
  }
  async function connectsAnew(index: number): Promise<void> {
    await voteOn(index, async (body) => {
      const client = createHttpClient({ url, connectionsMax: 1 });
      return await client.post(() => body).finally(client.close);
    });
  }

  const voting = Array.from({ length: count }, (_, index) => [keepsConnection(index), connectsAnew(index)]);
  return {
    calls: () => calls,
    failures: () => failures,
    async finish() {
      stopped.abort();
      await Promise.all(voting.flat());
      return history;
    },
  };
}
