/** An API that answers as a test wants it to, so that the load can be seen to react. */

export interface FakeVote {
  readonly requestId: string;
  readonly usernames: readonly string[];
  readonly voteCount: readonly number[];
  readonly ticket: string;
  readonly voterUsername?: string;
}

export interface FakeApi extends AsyncDisposable {
  readonly url: string;
  /** In the order in which they came. */
  readonly votes: readonly FakeVote[];
}

export interface FakeAnswers {
  /** The text of the present ticket; undefined: none is open. */
  readonly ticket?: () => string | undefined;
  readonly remaining?: () => number;
  /** A body, or a whole response; one that never settles is an API that hangs. */
  readonly vote?: (vote: FakeVote) => unknown | Promise<unknown>;
}

export const accepted = ({ voteCount }: FakeVote) => ({
  data: { vote: { code: "ACCEPTED", votes: voteCount } },
});
export const refused = (code: string) => ({ data: { vote: { code, votes: [] } } });
export const failed = (code: string) => ({ data: null, errors: [{ message: code, extensions: { code } }] });

export const MAC = "s3cr3tmacs3cr3tmacs3cr3tmacs3cr3tmacs3cr3tma";
export const fakeTicket = (epoch: number, opensAt: number) => `k1.0.${epoch}.${opensAt}.${MAC}`;

const LIFETIME_MS = 60_000;

export function startFakeApi(answers: FakeAnswers = {}): FakeApi {
  const { ticket = () => fakeTicket(1, 1000), remaining = () => 100, vote = accepted } = answers;
  const votes: FakeVote[] = [];

  function cas(): unknown {
    const text = ticket();
    if (text === undefined) return failed("NOT_READY");
    const validUntil = new Date(Date.now() + LIFETIME_MS).toISOString();
    return { data: { cas: { ticket: text, validUntil, remainingUsage: remaining() } } };
  }
  // Not shut down in peace: a vote that hangs would keep it.
  const stop = new AbortController();
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {}, signal: stop.signal };
  const server = Deno.serve(options, async (request) => {
    const { query, variables } = await request.json();
    if (query.includes("cas")) return Response.json(cas());
    votes.push(variables);
    const answer = await vote(variables);
    return answer instanceof Response ? answer : Response.json(answer);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/graphql`,
    votes,
    [Symbol.asyncDispose]() {
      stop.abort();
      return server.finished;
    },
  };
}
