/**
 * Which partition a vote goes to: that of the vote before it, until a run is full.
 *
 * A persister stores what it has fetched of a partition in one statement. Votes strewn over all partitions by their keys
 * would make as many small statements of them, each with a commit of its own; in runs they are few and large, and a
 * backlog still lies on every partition for several persisters to work off. Nothing rests on where a vote lies: the
 * ledger knows it by its id, so one that is sent twice may lie on two partitions.
 */
import type { ICustomPartitioner, PartitionMetadata } from "kafkajs";

/** Votes: a full batch of the relay, so that under full load each batch goes to another partition. */
export const RUN_VOTES = 1000;

/** `first` is any whole number: relays that begin together ought to begin on different partitions. */
export function createRunPartitioner(first: number): ICustomPartitioner {
  let turn = first;
  let votesLeft = 0;
  let partition = 0;
  return () => ({ partitionMetadata }) => {
    if (votesLeft === 0) {
      partition = pick(partitionMetadata, turn++);
      votesLeft = RUN_VOTES;
    }
    votesLeft -= 1;
    return partition;
  };
}

/** Among those that have a leader; where none has, Kafka says so itself. */
function pick(partitions: readonly PartitionMetadata[], turn: number): number {
  const led = partitions.filter(({ leader }) => leader >= 0);
  const candidates = led.length > 0 ? led : partitions;
  return candidates[turn % candidates.length]?.partitionId ?? 0;
}
