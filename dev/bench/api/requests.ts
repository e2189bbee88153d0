/** What wrk sends: bodies made beforehand, since it must cost less than what it measures. */

/** Stands in a body for a request id that no other request has. */
export const FRESH_ID = "00000000-0000-0000-0000-000000000000";

const BODIES = 200;

export const VOTE_DOCUMENT =
  `mutation Vote($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $requestId: ID) {
  vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, requestId: $requestId) {
    success message usernames votes code
  }
}`;
export const QUERY_DOCUMENT = "query Total($username: String!) { query(username: $username) }";
export const CAS_DOCUMENT = "query Ticket { cas { ticket validUntil remainingUsage } }";

/** Variables of votes for two names out of some hundred; with a request id where wanted. */
export function voteVariables({ ticket, withId }: { ticket: string; withId: boolean }): object[] {
  return Array.from({ length: BODIES }, (_, index) => ({
    usernames: [nameOf(index), nameOf(index * 7 + 1)],
    voteCount: [1, 1],
    ticket,
    ...(withId ? { requestId: FRESH_ID } : {}),
  }));
}

export function queryVariables(): object[] {
  return Array.from({ length: BODIES }, (_, index) => ({ username: nameOf(index) }));
}

/** A wrk script that posts the bodies in turn; `run` tells the request ids of one run from those of another. */
export function wrkScript(path: string, { bodies, run }: { bodies: readonly string[]; run: string }): string {
  const requests = bodies.map((body) => {
    const parts = request(path, body).split(FRESH_ID);
    return `{${parts.map((part) => JSON.stringify(part)).join(",")}}`;
  });
  const filler = FRESH_ID.slice(run.length + 12).replaceAll("0", "f");
  return `local requests = {${requests.join(",")}}
local count, sent, run = ${bodies.length}, 0, ${JSON.stringify(run + filler)}
request = function()
  sent = sent + 1
  local parts = requests[sent % count + 1]
  if parts[2] then return parts[1] .. run .. string.format('%012d', sent) .. parts[2] end
  return parts[1]
end
`;
}

function request(path: string, body: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Accept: */*",
    "Content-Type: application/json",
    `Content-Length: ${new TextEncoder().encode(body).length}`,
    "",
    body,
  ].join("\r\n");
}

function nameOf(index: number): string {
  return `candidate-${String(index % 300).padStart(3, "0")}`;
}
