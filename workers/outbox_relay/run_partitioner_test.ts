import { assertEquals } from "@std/assert";
import type { PartitionMetadata } from "kafkajs";
import { createRunPartitioner, RUN_VOTES } from "./run_partitioner.ts";

function partitions(leaders: readonly number[]): PartitionMetadata[] {
  return leaders.map((leader, partitionId) => ({
    partitionId,
    leader,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }));
}

/** The partitions of so many votes, each run as one number. */
function runs(leaders: readonly number[], { first, count }: { first: number; count: number }): number[] {
  const partition = createRunPartitioner(first)();
  const partitionMetadata = partitions(leaders);
  const chosen = Array.from(
    { length: count },
    () => partition({ topic: "votes", partitionMetadata, message: { value: "" } }),
  );
  return chosen.filter((_, index) => index % RUN_VOTES === 0 || chosen[index] !== chosen[index - 1]);
}

Deno.test("the run partitioner stays for a run and then takes the next partition, around and around", () => {
  assertEquals(runs([1, 1, 1], { first: 1, count: 4 * RUN_VOTES }), [1, 2, 0, 1]);
  assertEquals(runs([1, 1, 1], { first: 7, count: RUN_VOTES - 1 }), [1]);
});

Deno.test("the run partitioner begins no run on a partition without a leader, unless none has one", () => {
  assertEquals(runs([1, -1, 1], { first: 0, count: 4 * RUN_VOTES }), [0, 2, 0, 2]);
  assertEquals(runs([-1, -1], { first: 0, count: 2 * RUN_VOTES }), [0, 1]);
});
