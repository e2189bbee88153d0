/** The votes of the persister's bench: one or two names among a hundred, with request ids as real clients send them. */
import { v7 as uuid } from "uuid";
import type { StoredVote } from "../../../shared/vote/record.ts";

/** The guard opens an epoch with the time in ms; any other number does as well. */
export const BENCH_EPOCH = 1_790_000_000_000;
const CANDIDATE_COUNT = 100;

export function makeVotes(count: number): StoredVote[] {
  return Array.from({ length: count }, (_, version) => {
    const first = pick(CANDIDATE_COUNT);
    const second = (first + 1 + pick(CANDIDATE_COUNT - 1)) % CANDIDATE_COUNT;
    const chosen = version % 2 === 0 ? [first] : [first, second];
    return {
      v: 1,
      id: uuid(),
      shard: 0,
      names: chosen.map((number) => `candidate ${number}`),
      counts: chosen.map(() => 1 + pick(3)),
      requestId: crypto.randomUUID(),
      epoch: BENCH_EPOCH,
      version,
      at: BENCH_EPOCH + version,
    };
  });
}

function pick(below: number): number {
  return Math.floor(Math.random() * below);
}
