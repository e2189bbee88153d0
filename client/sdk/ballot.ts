/**
 * What a vote may hold, as far as the client can tell. Names are trimmed and brought to NFC here, since the server
 * refuses what is not, and never rewrites it.
 */
import { CastUsageError } from "./errors.ts";

export const NAMES_MAX = 20;
export const NAME_CODE_POINTS_MAX = 64;
export const REQUEST_ID_LENGTH_MAX = 128;
const COUNT_MAX = 2 ** 31 - 1;

/** Votes by name: `{ alice: 2, bob: 1 }`, a Map, or pairs. */
export type VoteEntries = Readonly<Record<string, number>> | Iterable<readonly [string, number]>;

export interface Ballot {
  readonly names: readonly string[];
  readonly counts: readonly number[];
}

/** Throws CastUsageError for what the server would refuse for certain. */
export function readBallot(entries: VoteEntries): Ballot {
  const pairs = isIterable(entries) ? [...entries] : Object.entries(entries);
  if (pairs.length === 0) throw new CastUsageError("Vote for at least one name: got none");
  if (pairs.length > NAMES_MAX) {
    throw new CastUsageError(`Vote for ${NAMES_MAX} names at most at once: got ${pairs.length}`);
  }
  const names = pairs.map(([name]) => readName(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new CastUsageError(
      `Vote for each name once: got "${twice}" twice, as it is after NFC and trimming`,
    );
  }
  const counts = pairs.map(([name, count]) => readCount(name, count));
  return { names, counts };
}

export function readName(name: string): string {
  if (typeof name !== "string") throw new CastUsageError(`Give names as strings: got ${typeof name}`);
  if (!name.isWellFormed()) throw new CastUsageError("Give names in well-formed Unicode");
  const normal = name.normalize("NFC").trim();
  if (normal === "") throw new CastUsageError("Give names that are not empty");
  if (/\p{Cc}/u.test(normal)) throw new CastUsageError("Give names without control characters");
  const length = [...normal].length;
  if (length > NAME_CODE_POINTS_MAX) {
    throw new CastUsageError(
      `Give names of ${NAME_CODE_POINTS_MAX} code points at most: got ${length}`,
    );
  }
  return normal;
}

/** Returns a given id, or a new one: a random UUID. */
export function readRequestId(requestId: string | undefined): string {
  if (requestId === undefined) return newRequestId();
  if (typeof requestId === "string" && /^[\x20-\x7e]{1,128}$/.test(requestId)) return requestId;
  throw new CastUsageError(
    `Give a requestId of 1 to ${REQUEST_ID_LENGTH_MAX} printable ASCII characters, or none: got "${requestId}"`,
  );
}

function readCount(name: string, count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= COUNT_MAX) return count;
  throw new CastUsageError(`Give "${name}" a whole number of votes, 1 or more: got ${count}`);
}

/** Browsers have `crypto.randomUUID` on secure pages alone, and a page in a hall may be none. */
function newRequestId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] ?? 0) & 0x0f | 0x40;
  bytes[8] = (bytes[8] ?? 0) & 0x3f | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function isIterable(entries: VoteEntries): entries is Iterable<readonly [string, number]> {
  return Symbol.iterator in entries;
}
