/** The dead letters of one topic, as far as they went when the command began: what comes later is for the next time. */
import type { Kafka } from "kafkajs";
import { deadLetterTopic } from "../../shared/kafka/topics.ts";
import type { Logger } from "../../shared/log/logger.ts";
import { type LetterPosition, positionText } from "./arguments.ts";
import { type Letter, readLetter } from "./letter.ts";
import { createLetterIndex, type LetterIndex } from "./letter_index.ts";
import { type PartitionRange, readRanges, readRecords } from "./read_records.ts";

/** A dead letter that stands for its record, and how often that was tried. */
export interface StandingLetter extends Letter {
  readonly attempts: number;
}

export interface DeadLetterSource {
  /** Each record once, a run at a time; in the order of each partition. */
  eachStanding(act: (letters: readonly StandingLetter[]) => Promise<void>): Promise<void>;
  /** Throws when one of them is not there; in the order of each partition. */
  eachAt(
    positions: readonly LetterPosition[],
    act: (letters: readonly Letter[]) => Promise<void>,
  ): Promise<void>;
}

export interface SourceOptions {
  /** The topic of the votes. */
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export async function openDeadLetters(
  kafka: Kafka,
  { topic: voteTopic, signal, log }: SourceOptions,
): Promise<DeadLetterSource> {
  const topic = deadLetterTopic(voteTopic);
  // No topic: nothing was ever buried.
  const all = await readRanges(kafka, topic) ?? [];

  const read = (ranges: readonly PartitionRange[], act: (letters: Letter[]) => Promise<void> | void) =>
    readRecords(kafka, {
      topic,
      ranges,
      signal,
      log,
      onRecords: async (partition, records) =>
        await act(records.map((record) => readLetter(partition, record))),
    });

  return {
    async eachStanding(act) {
      // Twice, so that the bytes of no more than one run are held: which of them stand is known only at the end.
      const index = createLetterIndex();
      await read(all, (letters) => letters.forEach(index.add));
      await read(all, async (letters) => {
        const standing = letters.flatMap((letter) => withAttempts(letter, index));
        if (standing.length > 0) await act(standing);
      });
    },
    async eachAt(positions, act) {
      const ranges = positions.map((position) => rangeOf(position, { topic, all }));
      const wanted = new Set(positions.map(positionText));
      await read(joined(ranges), async (letters) => {
        const named = letters.filter(({ position }) => wanted.has(positionText(position)));
        if (named.length > 0) await act(named);
      });
    },
  };
}

function withAttempts(letter: Letter, index: LetterIndex): StandingLetter[] {
  const attempts = index.attempts(letter);
  return attempts === undefined ? [] : [{ ...letter, attempts }];
}

function rangeOf(
  position: LetterPosition,
  { topic, all }: { topic: string; all: readonly PartitionRange[] },
): PartitionRange {
  const { partition, offset } = position;
  const there = all.find((range) => range.partition === partition);
  if (there && offset >= there.from && offset < there.end) {
    return { partition, from: offset, end: offset + 1n };
  }
  const found = all.length === 0
    ? "nothing was ever buried"
    : there
    ? `partition ${partition} holds ${there.from} to ${there.end}, the end excluded`
    : `there are ${all.length} partitions`;
  throw new Error(`Find dead letter ${positionText(position)} in "${topic}": ${found}`);
}

/** One stretch a partition: what lies between is read and passed over. */
function joined(ranges: readonly PartitionRange[]): PartitionRange[] {
  const byPartition = new Map<number, PartitionRange>();
  for (const range of ranges) {
    const { from, end } = byPartition.get(range.partition) ?? range;
    byPartition.set(range.partition, {
      partition: range.partition,
      from: range.from < from ? range.from : from,
      end: range.end > end ? range.end : end,
    });
  }
  return [...byPartition.values()];
}
