/**
 * Tells Redis how far votes are stored, so that a receipt can say so with no way to Postgres. Of each of the latest epochs
 * it is the highest version without a gap below it; the vote of a dead letter and a loss that was accepted are gaps, and
 * what lies above one is never called stored, though it may be.
 *
 * Only the active guard speaks, at most twice a second, and it decides nothing by it. It goes on from the marks that were
 * published, so they have to be true again each time. What that takes is kept beside them, their basis: the offsets that
 * Postgres had stored up to, which move in the statements that store the rows. Marks hold for as long as no partition's
 * offset is below that. Nothing may make a receipt lie:
 *
 * - Postgres comes back from a backup. Its offsets went back with its rows: they are below the basis, and every mark is
 *   counted anew and published though it is lower. Votes become queued again, as they are: they are read again from
 *   Kafka. Where all offsets have been caught up with before a guard looked, every row is there again, and the marks are
 *   true. What Kafka had forgotten by then is skipped by an operator's word, and not read: a later such word ends the
 *   marks as well.
 * - Postgres comes back while no guard runs to see it. Redis forgets the marks some seconds after they were last said.
 * - Redis is wiped. Its marks are gone with the requests they are asked for, and are published again when they hold.
 * - Redis comes back as an older copy. So do its marks, which are lower, and by their age forgotten. If Postgres went back
 *   as well, the shard is closed first, and the marks rest on a basis like any others.
 * - Two guards believe to be the active one. Who has not seen the other's last word is refused; epoch and process are
 *   checked in the same script.
 *
 * A contested vote's batch is stored some milliseconds before its offset moves. A backup of just that moment's beginning
 * would go unnoticed until it is read again, which is the first thing that a persister then does.
 */
import type { Logger } from "../../../shared/log/logger.ts";
import type {
  StoredInRedis,
  StoredMarks,
  StoredScripts,
  StoredWord,
} from "../../../shared/redis/stored_scripts.ts";
import type { StoredBasis, StoredLedger, StoredMoment } from "./stored_ledger.ts";

export interface StoredPublisherOptions {
  readonly shard: number;
  readonly ledger: StoredLedger;
  readonly scripts: StoredScripts;
  /** Whether this guard is the one that opens the shard. */
  readonly isActive: () => boolean;
  /** A clock that never steps back, in ms. */
  readonly nowMs: () => number;
  readonly log: Logger;
}

export interface StoredPublisher {
  /** One look at Postgres, and a word to Redis where there is news; returns how many ms to wait before the next. */
  step(): Promise<number>;
}

const LOOK_MS = 500;
/** How long a mark holds when nobody says it again. */
export const STORED_LIFE_MS = 30_000;
/** An idle system says it again this often: three times in its life. */
const REPEAT_MS = 10_000;

const NOTHING: StoredWord = { marks: new Map(), basis: "" };

export function createStoredPublisher(options: StoredPublisherOptions): StoredPublisher {
  const { shard, ledger, scripts, isActive, nowMs, log } = options;
  /** What this guard said last: Redis may have lost it, and it is judged by its basis like any other. */
  let said = NOTHING;
  let saidAtMs = -Infinity;

  return {
    async step() {
      if (!isActive()) return LOOK_MS;
      const seen = await scripts.read();
      if (!seen) return LOOK_MS;
      const known = seen.basis === "" ? said : seen;
      const { moment, holds } = await look(ledger, known);
      if (!holds) log.warn("stored_marks_dropped", { shard, epochs: known.marks.size });
      const word = { marks: moment.marks, basis: JSON.stringify(moment.basis) };
      if (isSame(word, seen) && nowMs() - saidAtMs < REPEAT_MS) return LOOK_MS;
      if (!isActive() || !await scripts.publish({ ...word, seen, lifeMs: STORED_LIFE_MS })) return LOOK_MS;
      [said, saidAtMs] = [word, nowMs()];
      return LOOK_MS;
    },
  };
}

/** Marks that do not hold any more are counted from the beginning, whatever that gives. */
async function look(
  ledger: StoredLedger,
  { marks, basis }: StoredWord,
): Promise<{ moment: StoredMoment; holds: boolean }> {
  const moment = await ledger.readFrom(marks);
  if (marks.size === 0 || stillHolds(basis, moment.basis)) return { moment, holds: true };
  return { moment: await ledger.readFrom(new Map()), holds: false };
}

/** Exported for its test. */
export function stillHolds(basisText: string, now: StoredBasis): boolean {
  const basis = parseBasis(basisText);
  return basis !== undefined && basis.forgottenAt === now.forgottenAt &&
    Object.entries(basis.offsets).every(([partition, offset]) => {
      const offsetNow = now.offsets[partition];
      return offsetNow !== undefined && BigInt(offsetNow) >= BigInt(offset);
    });
}

/** Undefined where another release has written it in another way. */
function parseBasis(text: string): StoredBasis | undefined {
  try {
    const { offsets, forgottenAt } = JSON.parse(text) as Partial<StoredBasis>;
    return offsets === undefined || forgottenAt === undefined ? undefined : { offsets, forgottenAt };
  } catch {
    return undefined;
  }
}

function isSame({ marks, basis }: StoredWord, seen: StoredInRedis): boolean {
  return basis === seen.basis && isSameMarks(marks, seen.marks);
}

function isSameMarks(one: StoredMarks, other: StoredMarks): boolean {
  return one.size === other.size && [...one].every(([epoch, version]) => other.get(epoch) === version);
}
