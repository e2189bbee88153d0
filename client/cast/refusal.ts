/** What a person can do about a vote that was refused, or of which nobody knows. */

const ADVICE: Readonly<Record<string, string>> = {
  TICKET_INVALID:
    "Do the API and the rotators have the same CAST_TICKET_KEYS? A ticket was given that is none",
  TICKET_EXPIRED: "Vote again: tickets change about once a second",
  TICKET_EXHAUSTED: "Vote again in a second: the ticket's uses are spent, another one opens",
  INPUT_INVALID: "Change the vote as the message says",
  TOTAL_TOO_LARGE: "Give fewer votes: the total of a name would pass what can be counted",
  REQUEST_ID_CONFLICT: "Vote again: another vote has that id",
  OVERLOADED: "Vote again in a moment; it lasts? cast doctor says what stands still",
  NOT_READY: "Vote again in a moment; it lasts? cast doctor says why the shard is closed",
  POLL_CLOSED: "Nobody can vote until the poll is opened: cast poll open",
  CANDIDATE_UNKNOWN: "Choose a name that may be voted for, written as it is listed",
  VOTER_LIMIT: "Wait until the voter's window is over",
  VOTER_UNAUTHORIZED: "Set CAST_VOTER_TOKEN to a token of the voter that the API trusts",
  UNREACHABLE: "Is the API up, and is its address right (--api, CAST_API_URL)? Nothing was sent",
};

export function explain(code: string): string {
  return ADVICE[code] ?? "A newer API may have refusals that this release does not know";
}

/** `code` is what the last try came to. */
export function explainUnknown({ requestId, code }: { requestId: string; code: string }): string {
  return code === "REQUEST_ID_CONFLICT"
    ? `Give the votes and the voter that ${requestId} was first used for, or leave out --request-id: this is another vote`
    : `Give the same votes again with --request-id ${requestId}: they are counted once`;
}
