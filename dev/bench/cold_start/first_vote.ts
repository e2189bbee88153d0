/** One vote by HTTP, at a program that may not listen yet. */
import { VOTE_DOCUMENT } from "../api/requests.ts";

/** Whether it was accepted; not, where nobody answers or the answer is another. */
export function graphqlVote(origin: string, ticket: string): Promise<boolean> {
  return post(`${origin}/graphql`, {
    body: { query: VOTE_DOCUMENT, variables: variables(ticket) },
    accepted: `"code":"ACCEPTED"`,
  });
}

export function rawVote(origin: string, ticket: string): Promise<boolean> {
  return post(`${origin}/vote`, { body: variables(ticket), accepted: `"code":"accepted"` });
}

async function post(url: string, { body, accepted }: { body: unknown; accepted: string }): Promise<boolean> {
  try {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    return (await (await fetch(url, init)).text()).includes(accepted);
  } catch {
    return false;
  }
}

function variables(ticket: string) {
  return { usernames: ["candidate-001"], voteCount: [1], ticket };
}
