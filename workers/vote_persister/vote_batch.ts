/**
 * Turns what Kafka delivered into votes to store and records that can never be stored. Pure.
 */
import type { IHeaders } from "kafkajs";
import { MalformedRecordError, parseStoredVote, type StoredVote } from "../../shared/vote/record.ts";
import { SHARD_COUNT } from "../../shared/vote/rules.ts";

/** One record as Kafka holds it. */
export interface KafkaRecord {
  readonly offset: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: IHeaders | undefined;
}

export interface BatchVote {
  readonly record: KafkaRecord;
  readonly vote: StoredVote;
}

export interface MalformedRecord {
  readonly record: KafkaRecord;
  /** One word: why it can never be stored. */
  readonly reason: string;
  readonly detail: string;
}

/** A run of one partition, in offset order. */
export interface VoteBatch {
  readonly firstOffset: bigint;
  /** The offset after the last record. */
  readonly nextOffset: bigint;
  readonly votes: readonly BatchVote[];
  readonly malformed: readonly MalformedRecord[];
}

/** `records` must not be empty. */
export function readBatch(records: readonly KafkaRecord[]): VoteBatch {
  const first = records[0];
  const last = records.at(-1);
  if (!first || !last) throw new Error("Read a batch: wanted at least one record");
  const votes: BatchVote[] = [];
  const malformed: MalformedRecord[] = [];
  for (const record of records) {
    try {
      const vote = parseStoredVote(record.value);
      if (vote.shard >= SHARD_COUNT) {
        throw new MalformedRecordError("invalid_field", `Wanted a shard below ${SHARD_COUNT}`);
      }
      votes.push({ record, vote });
    } catch (error) {
      if (!(error instanceof MalformedRecordError)) throw error;
      malformed.push({ record, reason: error.reason, detail: error.message });
    }
  }
  return { firstOffset: first.offset, nextOffset: last.offset + 1n, votes, malformed };
}

/** Cuts a batch of two votes or more in two, each with its own range of offsets. Malformed records are dealt with. */
export function bisect(batch: VoteBatch): [VoteBatch, VoteBatch] {
  const middle = batch.votes[batch.votes.length >> 1];
  if (!middle || batch.votes.length < 2) throw new Error("Bisect a batch: wanted at least two votes");
  const boundary = middle.record.offset;
  const half = batch.votes.length >> 1;
  return [
    {
      firstOffset: batch.firstOffset,
      nextOffset: boundary,
      votes: batch.votes.slice(0, half),
      malformed: [],
    },
    { firstOffset: boundary, nextOffset: batch.nextOffset, votes: batch.votes.slice(half), malformed: [] },
  ];
}
