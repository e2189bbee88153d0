/** Records that can never be stored, as a stranger or a later version of the API may leave them in Kafka. */
import type { StoredVote } from "../../shared/vote/record.ts";
import type { World } from "./world.ts";

/** Postgres refuses any vote of theirs. */
export const POISONED_VOTER = "poison";

const encoder = new TextEncoder();

export function putGarbage({ random, kafka, nowMs, count, ...world }: World): void {
  const partition = random.int(0, kafka.partitions.length - 1);
  const records = kafka.partitions[partition];
  const poisoned: StoredVote = {
    v: 1,
    id: voteId(world.nextId()),
    shard: 0,
    names: ["ada"],
    counts: [1],
    voter: POISONED_VOTER,
    epoch: 1,
    version: 1,
    at: nowMs,
  };
  const text = random.pick(["{", '{"v":99}', JSON.stringify(poisoned)]);
  kafka.garbage.add(`${partition}/${records?.length}`);
  records?.push(encoder.encode(text));
  count("garbage in Kafka");
}

/** Ids in an order of their own, so that the order of ids is not that of votes. */
export function voteId(id: number): string {
  const digits = (Math.imul(id, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return `${digits}-0000-7000-8000-${id.toString(16).padStart(12, "0")}`;
}
