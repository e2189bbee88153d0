/** Asks the API over HTTP as the original clients do: JSON by POST, the answer read as it comes. */

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly string[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface VoteAnswer {
  readonly success: boolean;
  readonly message: string;
  readonly usernames: readonly string[];
  readonly votes: readonly number[];
  readonly code: string;
}

export interface Answer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly GraphqlError[];
  /** The body as it came. */
  readonly text: string;
}

export interface VoteVariables {
  readonly usernames: readonly string[];
  readonly voteCount: readonly number[];
  readonly ticket: string;
  readonly voterUsername?: string;
  readonly requestId?: string;
}

export interface ApiClient {
  readonly url: URL;
  ask(document: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Sends what the test likes. */
  send(init: RequestInit): Promise<Answer>;
  /** Votes and returns the VoteResult; throws where the answer is an error. */
  vote(variables: VoteVariables): Promise<VoteAnswer>;
  /** Votes and returns the code of the error; throws where the answer is a VoteResult. */
  voteError(variables: VoteVariables): Promise<string>;
  total(name: string): Promise<number>;
}

export const VOTE_DOCUMENT = `
  mutation Vote($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $voterUsername: String, $requestId: ID) {
    vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, voterUsername: $voterUsername, requestId: $requestId) {
      success message usernames votes code
    }
  }`;
export const CAS_DOCUMENT = "{ cas { ticket validUntil remainingUsage } }";

export function createApiClient(url: URL): ApiClient {
  async function send(init: RequestInit): Promise<Answer> {
    return await readAnswer(await fetch(url, init));
  }
  const ask: ApiClient["ask"] = (query, variables) =>
    send({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
  return {
    url,
    ask,
    send,
    async vote(variables) {
      const { data, text } = await ask(VOTE_DOCUMENT, { ...variables });
      if (!data) throw new Error(`Vote: wanted a VoteResult, got ${text}`);
      return data.vote as VoteAnswer;
    },
    async voteError(variables) {
      const { errors, text } = await ask(VOTE_DOCUMENT, { ...variables });
      if (errors.length !== 1) throw new Error(`Vote: wanted one error, got ${text}`);
      return String(errors[0]?.extensions?.code);
    },
    async total(name) {
      const { data, text } = await ask("query($name: String!) { query(username: $name) }", { name });
      if (!data) throw new Error(`Ask for a total: wanted a number, got ${text}`);
      return data.query as number;
    },
  };
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text === "" ? {} : JSON.parse(text) as Partial<Answer>;
  return { status: response.status, data: body.data, errors: body.errors ?? [], text };
}
