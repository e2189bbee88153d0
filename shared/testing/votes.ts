/** Votes for tests, as the API makes them, as the outbox holds them and as Kafka does. */
import { v7 as uuid } from "uuid";
import type { StoredVote, VoteRecord } from "../vote/record.ts";
import type { World } from "./world.ts";

/** An epoch as any other; tests that need several count on from it. */
export const EPOCH = 1_790_000_000_000;
export const AT_MS = 1_790_000_100_000;

/** A vote for ada, once, with an id of its own. */
export function storedVote(fields: Partial<StoredVote> = {}): StoredVote {
  return {
    v: 1,
    id: uuid(),
    shard: 0,
    names: ["ada"],
    counts: [1],
    epoch: EPOCH,
    version: 0,
    at: AT_MS,
    ...fields,
  };
}

/** So many votes with versions from `firstVersion` on; `vary` sets what differs. */
export function storedVotes(
  count: number,
  { firstVersion = 0, vary = () => ({}) }: {
    firstVersion?: number;
    vary?: (index: number) => Partial<StoredVote>;
  } = {},
): StoredVote[] {
  return Array.from(
    { length: count },
    (_, index) => storedVote({ version: firstVersion + index, ...vary(index) }),
  );
}

/** The bytes that Kafka holds of a vote. */
export function kafkaBytes(vote: StoredVote): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(vote));
}

/** Puts votes into the world's outbox as the vote script does; returns them in order. */
export async function fillOutbox(
  { redis: { redis }, keys }: World,
  { epoch, count, name = "ada" }: { epoch: number; count: number; name?: string },
): Promise<VoteRecord[]> {
  const records = Array.from(
    { length: count },
    (): VoteRecord => ({ v: 1, id: uuid(), shard: 0, names: [name], counts: [1] }),
  );
  const pipeline = redis.pipeline();
  for (const record of records) {
    pipeline.xadd(keys.outbox, `${epoch}-*`, "vote", JSON.stringify(record), "at", String(AT_MS));
  }
  for (const [error] of await pipeline.exec() ?? []) if (error) throw error;
  return records;
}

/** What the votes add up to, name by name, in the order of names. */
export function totalsOf(votes: readonly StoredVote[]): [name: string, total: number][] {
  const totals = new Map<string, number>();
  for (const { names, counts } of votes) {
    names.forEach((name, index) => totals.set(name, (totals.get(name) ?? 0) + (counts[index] ?? 0)));
  }
  return byName([...totals]);
}

/** Sorted as both JavaScript and Postgres's "C" collation sort. */
export function byName<T>(pairs: readonly [name: string, value: T][]): [name: string, value: T][] {
  return [...pairs].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}
