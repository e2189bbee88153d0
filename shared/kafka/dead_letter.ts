/**
 * What a dead letter says of itself in its Kafka headers: the persister writes it, `deno task dead-letters` reads it.
 *
 * A record that is replayed carries where its first life ended (`cast-replayed-from`), and keeps it when it is buried
 * again: so one record stays one record, however often it was tried.
 */
import { Buffer } from "node:buffer";
import type { IHeaders } from "kafkajs";

/** Where a record lay when it was buried. */
export interface RecordOrigin {
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface DeadLetterLabel {
  /** One word: why it could not be stored. */
  readonly reason: string;
  readonly detail: string;
  readonly origin: RecordOrigin;
  /** The origin of its first burial, where this is not the first. */
  readonly replayedFrom: RecordOrigin | undefined;
}

export const REPLAYED_FROM_HEADER = "cast-replayed-from";

export function deadLetterHeaders({ reason, detail, origin, replayedFrom }: DeadLetterLabel): IHeaders {
  return {
    "cast-reason": reason,
    "cast-detail": detail,
    "cast-cluster": origin.clusterId,
    "cast-topic": origin.topic,
    "cast-partition": String(origin.partition),
    "cast-offset": String(origin.offset),
    ...(replayedFrom === undefined ? {} : { [REPLAYED_FROM_HEADER]: originText(replayedFrom) }),
  };
}

/** Returns undefined for headers that no persister wrote. */
export function readDeadLetterLabel(headers: IHeaders | undefined): DeadLetterLabel | undefined {
  const reason = headerText(headers, "cast-reason");
  const place = ["cast-cluster", "cast-topic", "cast-partition", "cast-offset"]
    .map((name) => headerText(headers, name) ?? "");
  const origin = parseOrigin(place.join("/"));
  if (reason === undefined || origin === undefined) return undefined;
  const detail = headerText(headers, "cast-detail") ?? "";
  return { reason, detail, origin, replayedFrom: readReplayedFrom(headers) };
}

export function readReplayedFrom(headers: IHeaders | undefined): RecordOrigin | undefined {
  return parseOrigin(headerText(headers, REPLAYED_FROM_HEADER) ?? "");
}

/** Neither the ids that Kafka gives to clusters nor names of topics hold a slash. */
export function originText({ clusterId, topic, partition, offset }: RecordOrigin): string {
  return [clusterId, topic, partition, offset].join("/");
}

/** Header by header as text; one that came several times counts as its first. */
export function headerText(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name];
  const first = Array.isArray(value) ? value[0] : value;
  return Buffer.isBuffer(first) ? first.toString() : first;
}

function parseOrigin(text: string): RecordOrigin | undefined {
  const [, clusterId, topic, partition, offset] =
    /^([^/]{1,100})\/([^/]{1,249})\/(\d{1,9})\/(\d{1,19})$/.exec(text) ??
      [];
  if (!clusterId || !topic || !partition || !offset) return undefined;
  return { clusterId, topic, partition: Number(partition), offset: BigInt(offset) };
}
