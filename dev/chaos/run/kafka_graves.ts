/** Reads Kafka for the checker: what it is about to lose, and which votes it still has at the end. */
import type { Kafka, KafkaMessage } from "kafkajs";
import {
  type PartitionRange,
  readRanges,
  readRecords,
  type ReadRecordsOptions,
} from "../../../client/dead_letters/read_records.ts";
import { MalformedRecordError, parseStoredVote } from "../../../shared/vote/record.ts";
import type { KafkaLostVote } from "../load/history.ts";
import { type KafkaLagOptions, unstoredRanges } from "./kafka_lag.ts";

type ReadOptions = Pick<ReadRecordsOptions, "topic" | "signal" | "log">;

/** The votes that Kafka holds and Postgres has not stored. Nobody may write to either meanwhile. */
export async function readUnstored(
  kafka: Kafka,
  { pool, ...options }: ReadOptions & KafkaLagOptions,
): Promise<KafkaLostVote[]> {
  const votes: KafkaLostVote[] = [];
  const ranges = await unstoredRanges(kafka, { pool, topic: options.topic });
  await readEach(kafka, { ...options, ranges, onRecord: (record) => votes.push(...votesOf(record)) });
  return votes;
}

/** Those of `voteIds` that the topic holds. */
export async function findInKafka(
  kafka: Kafka,
  { voteIds, ...options }: ReadOptions & { readonly voteIds: ReadonlySet<string> },
): Promise<Set<string>> {
  const found = new Set<string>();
  const onRecord = ({ key }: KafkaMessage) => {
    const voteId = key?.toString();
    if (voteId !== undefined && voteIds.has(voteId)) found.add(voteId);
  };
  await readEach(kafka, { ...options, ranges: await readRanges(kafka, options.topic) ?? [], onRecord });
  return found;
}

async function readEach(
  kafka: Kafka,
  { onRecord, ...options }: ReadOptions & {
    readonly ranges: readonly PartitionRange[];
    readonly onRecord: (record: KafkaMessage) => void;
  },
): Promise<void> {
  const onRecords = (_: number, records: readonly KafkaMessage[]) => {
    records.forEach(onRecord);
    return Promise.resolve();
  };
  await readRecords(kafka, { ...options, onRecords });
}

/** None of a record that is no vote: faults send such, and they are buried. */
function votesOf({ value }: KafkaMessage): KafkaLostVote[] {
  try {
    const { id, epoch, version, requestId, names, counts } = parseStoredVote(value);
    const request = requestId === undefined ? {} : { requestId };
    return [{ voteId: id, epoch, version, ...request, names, counts }];
  } catch (error) {
    if (error instanceof MalformedRecordError) return [];
    throw error;
  }
}
