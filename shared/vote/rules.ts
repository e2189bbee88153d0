/**
 * What a vote may look like. The server refuses what breaks a rule and never rewrites it: a name that was normalised
 * behind its voter's back would be counted under a name nobody asked for.
 */

export const NAME_CODE_POINTS_MAX = 64;
export const NAMES_MAX = 20;
export const REQUEST_ID_LENGTH_MAX = 128;
/** GraphQL's Int, so every total must stay within it. */
export const TOTAL_MAX = 2 ** 31 - 1;
/** Redis Cluster comes next; until then one shard holds every key. */
export const SHARD_COUNT = 1;

const CONTROL_CHARACTER = /\p{Cc}/u;
const REQUEST_ID = new RegExp(`^[\\x20-\\x7e]{1,${REQUEST_ID_LENGTH_MAX}}$`);

/** What a client asks for, in the words used inside. */
export interface VoteRequest {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly voter: string | undefined;
  readonly requestId: string | undefined;
}

/** Returns what is wrong with a name, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "must not be empty";
  // A code point is one or two units, so code points are counted only where units do not tell.
  if (
    name.length > NAME_CODE_POINTS_MAX &&
    (name.length > 2 * NAME_CODE_POINTS_MAX || [...name].length > NAME_CODE_POINTS_MAX)
  ) {
    return `must have at most ${NAME_CODE_POINTS_MAX} code points`;
  }
  if (!name.isWellFormed()) return "must be well-formed Unicode";
  if (CONTROL_CHARACTER.test(name)) return "must not hold control characters";
  if (name.trim() !== name) return "must not begin or end with a space";
  if (name.normalize("NFC") !== name) return "must be in Unicode normal form NFC";
  return undefined;
}

export function isRequestId(text: string): boolean {
  return REQUEST_ID.test(text);
}

/** Returns what is wrong with a request, for people, or undefined. `countMax` is `CAST_VOTE_COUNT_MAX`. */
export function requestProblem(request: VoteRequest, countMax: number): string | undefined {
  const { names, counts, voter, requestId } = request;
  if (names.length === 0) return "usernames must hold at least one name";
  if (names.length > NAMES_MAX) return `usernames must hold at most ${NAMES_MAX} names`;
  if (names.length !== counts.length) return "usernames and voteCount must have the same length";
  for (const name of names) {
    const problem = nameProblem(name);
    if (problem) return `usernames: each name ${problem}`;
  }
  if (new Set(names).size !== names.length) return "usernames must hold each name once";
  if (!counts.every((count) => Number.isInteger(count) && count >= 1 && count <= countMax)) {
    return `voteCount: each count must be from 1 to ${countMax}`;
  }
  const voterProblem = voter === undefined ? undefined : nameProblem(voter);
  if (voterProblem) return `voterUsername ${voterProblem}`;
  if (requestId !== undefined && !isRequestId(requestId)) {
    return `requestId must be 1 to ${REQUEST_ID_LENGTH_MAX} printable ASCII characters`;
  }
  return undefined;
}
