/**
 * Random statements for a real and a simulated ledger: few votes, requests, epochs and offsets, so that every conflict
 * that the statements know is met.
 */
import type { StoredVote } from "../../shared/vote/record.ts";
import type { VoteBatch } from "../../workers/vote_persister/vote_batch.ts";
import { voteId } from "./garbage.ts";
import type { Random } from "./random.ts";

export const REQUEST_LIFE_MS = 100_000;
const AT_MS = 1_790_000_000_000;
const FIRST_EPOCH = 1000;
const NAMES = ["ada", "grace", 'O"Brien\\'] as const;
const VOTES = 20;

export type Transaction =
  | { readonly kind: "keep"; readonly epoch: number; readonly includedVersion: number; readonly next: number }
  | { readonly kind: "restore"; readonly next: number }
  | { readonly kind: "undecided" | "failing" };

export type LedgerStep =
  | { readonly act: "store"; readonly partition: number; readonly batch: VoteBatch }
  | { readonly act: "store_contested"; readonly vote: StoredVote }
  | { readonly act: "next_offset"; readonly partition: number }
  | { readonly act: "transact"; readonly transaction: Transaction }
  | { readonly act: "carry"; readonly countMax: number }
  | { readonly act: "mark"; readonly epoch: number; readonly voteIds: readonly string[] }
  | { readonly act: "read" | "read_carried" | "read_stored" };

/** What the steps so far came to, as far as the next ones build on it. */
export interface LedgerScene {
  readonly random: Random;
  readonly votes: readonly StoredVote[];
  /** The epoch that is open. */
  epoch: number;
  nextOffset(partition: number): number;
}

/** Votes that any number of batches bring. */
export function createVotes(random: Random): StoredVote[] {
  return Array.from({ length: VOTES }, (_, index) => {
    const names = random.chance(0.15) ? [NAMES[0], random.pick([NAMES[1], NAMES[2]])] : [NAMES[0]];
    const requestId = random.chance(0.8) ? random.pick(["r0", "r 1", "r2"]) : undefined;
    const voter = random.chance(0.1) ? "alan" : undefined;
    return {
      v: 1,
      id: voteId(index + 1),
      shard: 0,
      names,
      counts: names.map(() => random.pick([1, 1, 1, 1, 1, 2])),
      ...(voter === undefined ? {} : { voter }),
      ...(requestId === undefined ? {} : { requestId }),
      epoch: FIRST_EPOCH + random.pick([0, 0, 1, 2]),
      version: random.int(0, 3),
      at: AT_MS + random.int(0, 4) * (REQUEST_LIFE_MS / 2),
    };
  });
}

/** As a persister begins, so that most batches meet an open gate. */
export const FIRST_LEDGER_STEPS: readonly LedgerStep[] = [
  { act: "next_offset", partition: 0 },
  { act: "next_offset", partition: 1 },
];

export function randomLedgerStep(scene: LedgerScene): LedgerStep {
  const { random, votes } = scene;
  const roll = random.next();
  const partition = random.int(0, 1);
  if (roll < 0.4) return { act: "store", partition, batch: batch(scene, partition) };
  if (roll < 0.6) {
    return { act: "store_contested", vote: votes[random.int(0, votes.length - 1)] as StoredVote };
  }
  if (roll < 0.61) return { act: "next_offset", partition };
  if (roll < 0.73) return { act: "transact", transaction: transaction(scene) };
  if (roll < 0.78) return { act: "carry", countMax: random.pick([1, 2, 100]) };
  if (roll < 0.87) {
    const epoch = random.chance(0.9) ? scene.epoch : scene.epoch - 1;
    const voteIds = votes.filter(() => random.chance(0.8)).map(({ id }) => id);
    return { act: "mark", epoch, voteIds };
  }
  return { act: random.pick(["read", "read_carried", "read_carried", "read_stored"]) };
}

function batch({ random, votes, nextOffset }: LedgerScene, partition: number): VoteBatch {
  const first = nextOffset(partition) + random.pick([0, 0, 0, 0, 1, -1]);
  const brought = Array.from(
    { length: random.int(1, 4) },
    () => votes[random.int(0, votes.length - 1)],
  ) as StoredVote[];
  const firstOffset = BigInt(first);
  return {
    firstOffset,
    nextOffset: firstOffset + BigInt(brought.length),
    votes: brought.map((vote, index) => ({
      record: { offset: firstOffset + BigInt(index), key: null, value: null },
      vote,
    })),
    malformed: [],
  };
}

function transaction({ random, epoch }: LedgerScene): Transaction {
  const next = epoch === 0 ? FIRST_EPOCH : epoch + 1;
  return random.pick<() => Transaction>([
    () => ({ kind: "keep", epoch, includedVersion: random.int(-1, 3), next }),
    () => ({ kind: "restore", next }),
    () => ({ kind: "restore", next }),
    () => ({ kind: "undecided" }),
    () => ({ kind: "failing" }),
  ])();
}
