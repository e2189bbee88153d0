/**
 * A vote on its way: what the API writes into the outbox, and what the relay makes of it for Kafka.
 *
 * An outbox entry has two fields: `vote`, the API's JSON below, and `at`, Redis's time in ms. Its id is
 * `<epoch>-<version>`. The Kafka value is the JSON with `epoch`, `version` and `at` added. Unknown fields are ignored,
 * so that a newer API may add some; an unknown `v` is not guessed at.
 */
import { TRACEPARENT_LENGTH } from "../trace/traceparent.ts";
import { isRequestId, nameProblem, NAMES_MAX, TOTAL_MAX } from "./rules.ts";

export const RECORD_VERSION = 1;
/**
 * Epochs are times in ms: this is the year 5138. The guard goes above every epoch that the ledger knows, so one near the
 * end of what a double can count would leave no room for the next.
 */
export const EPOCH_MAX = 1e14;

/** What the API knows of a vote. Field names are those of the JSON. */
export interface VoteRecord {
  readonly v: typeof RECORD_VERSION;
  /** UUIDv7 made by the API: the vote's identity everywhere, Kafka's key and Postgres's primary key. */
  readonly id: string;
  readonly shard: number;
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly voter?: string;
  readonly requestId?: string;
  /** Of the span that it was counted in, where that one is traced. */
  readonly traceparent?: string;
}

/** What Kafka holds: the record with its place in the shard's history. */
export interface StoredVote extends VoteRecord {
  readonly epoch: number;
  /** Number of the vote within its epoch, from 0 without a gap. */
  readonly version: number;
  /** Redis's time in ms when it was counted. */
  readonly at: number;
}

export interface OutboxEntry {
  /** `<epoch>-<version>`. */
  readonly id: string;
  readonly vote: string;
  readonly at: string;
}

/** Why a record can never be stored. `cause` is a closed set: it goes to the dead letter's header. */
export class MalformedRecordError extends Error {
  override readonly name = "MalformedRecordError";
  constructor(readonly reason: MalformedReason, detail: string) {
    super(detail);
  }
}
export type MalformedReason = "not_json" | "unknown_version" | "invalid_field";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SHARD_MAX = 99_999;
const TRACEPARENT_START = ',"traceparent":"';
const TRACEPARENT_END = '"}';
/** Fatal: bytes that are not UTF-8 must not be stored as something that they never were. */
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Returns the Kafka value of an outbox entry. The vote's JSON is not parsed: its closing brace makes room for the
 * three fields, so that what the API wrote arrives byte for byte.
 */
export function kafkaValue(entry: OutboxEntry): string {
  const [epoch, version] = entry.id.split("-");
  return `${entry.vote.slice(0, -1)},"epoch":${epoch},"version":${version},"at":${entry.at}}`;
}

/** Returns the vote id of an outbox entry's JSON, or undefined when it has none. */
export function voteIdOf(vote: string): string | undefined {
  return /"id":"([0-9a-f-]{36})"/.exec(vote)?.[1];
}

/**
 * Returns what an outbox entry's JSON has for a traceparent, or undefined. The API writes it last, so that the many votes
 * that have none cost one comparison.
 */
export function traceparentOf(vote: string): string | undefined {
  const start = vote.length - TRACEPARENT_END.length - TRACEPARENT_LENGTH;
  if (!vote.startsWith(TRACEPARENT_START, start - TRACEPARENT_START.length)) return undefined;
  return vote.endsWith(TRACEPARENT_END) ? vote.slice(start, start + TRACEPARENT_LENGTH) : undefined;
}

/** Reads a Kafka value. Throws `MalformedRecordError` for what can never be stored. */
export function parseStoredVote(value: Uint8Array | null): StoredVote {
  const fields = parseObject(value);
  if (fields.v !== RECORD_VERSION) {
    throw new MalformedRecordError(
      "unknown_version",
      `Wanted record version ${RECORD_VERSION}, got ${quote(fields.v)}`,
    );
  }
  check(typeof fields.id === "string" && UUID.test(fields.id), "id", fields.id);
  check(isWhole(fields.shard, SHARD_MAX), "shard", fields.shard);
  check(isWhole(fields.epoch, EPOCH_MAX), "epoch", fields.epoch);
  check(isWhole(fields.version, Number.MAX_SAFE_INTEGER), "version", fields.version);
  check(isWhole(fields.at, 8.64e15), "at", fields.at);
  const { names, counts } = fields;
  check(Array.isArray(names) && names.length >= 1 && names.length <= NAMES_MAX, "names", names);
  check(names.every((name) => typeof name === "string" && nameProblem(name) === undefined), "names", names);
  check(new Set(names).size === names.length, "names", names);
  check(Array.isArray(counts) && counts.length === names.length, "counts", counts);
  check(counts.every((count) => isWhole(count, TOTAL_MAX) && count >= 1), "counts", counts);
  const voter = fields.voter ?? undefined;
  check(
    voter === undefined || (typeof voter === "string" && nameProblem(voter) === undefined),
    "voter",
    voter,
  );
  const requestId = fields.requestId ?? undefined;
  check(
    requestId === undefined || (typeof requestId === "string" && isRequestId(requestId)),
    "requestId",
    requestId,
  );
  const { v, id, shard, epoch, version, at, traceparent } = fields;
  const stored = { v, id, shard, names, counts, voter, requestId, epoch, version, at };
  // A trace that cannot be followed is no reason to lose a vote.
  return (typeof traceparent === "string" ? { ...stored, traceparent } : stored) as unknown as StoredVote;
}

function parseObject(value: Uint8Array | null): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(decoder.decode(value ?? new Uint8Array()));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // Falls through: the same outcome as JSON of another kind.
  }
  throw new MalformedRecordError("not_json", "Wanted a JSON object in UTF-8");
}

function check(holds: boolean, field: string, value: unknown): asserts holds {
  if (!holds) {
    throw new MalformedRecordError("invalid_field", `Wanted a valid "${field}", got ${quote(value)}`);
  }
}

function isWhole(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

function quote(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 200);
}
