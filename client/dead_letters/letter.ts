/** One dead letter as the command works with it: where it lies, why it is there, and the record byte for byte. */
import type { Buffer } from "node:buffer";
import type { IHeaders, KafkaMessage } from "kafkajs";
import { type DeadLetterLabel, originText, readDeadLetterLabel } from "../../shared/kafka/dead_letter.ts";
import { type LetterPosition, positionText } from "./arguments.ts";

export interface Letter {
  readonly position: LetterPosition;
  /** When it was buried, ms. */
  readonly buriedAtMs: number;
  /** Undefined for a record that no persister has put there. */
  readonly label: DeadLetterLabel | undefined;
  readonly headers: IHeaders;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Undefined when the record does not tell. */
  readonly voteId: string | undefined;
}

/** Shown for a record that no persister has put there. */
export const REASON_NONE = "none";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function readLetter(partition: number, message: KafkaMessage): Letter {
  const { offset, timestamp, headers = {}, key, value } = message;
  return {
    position: { partition, offset: BigInt(offset) },
    buriedAtMs: Number(timestamp),
    label: readDeadLetterLabel(headers),
    headers,
    key,
    value,
    voteId: readVoteId({ key, value }),
  };
}

export function reasonOf({ label }: Letter): string {
  return label?.reason ?? REASON_NONE;
}

/** Bytes of key and value. */
export function bytesOf({ key, value }: Letter): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}

/** What makes it the same record as another dead letter: where it was buried first. */
export function recordOf({ label, position }: Letter): string {
  return label ? originText(label.replayedFrom ?? label.origin) : `? ${positionText(position)}`;
}

/** The record's own id where it is JSON; else its key, which the relay takes from the vote. */
function readVoteId({ key, value }: Pick<Letter, "key" | "value">): string | undefined {
  const ids = [idInJson(value), key?.toString()];
  return ids.find((id) => id !== undefined && UUID.test(id));
}

function idInJson(value: Buffer | null): string | undefined {
  try {
    const { id } = JSON.parse(value?.toString() ?? "");
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
