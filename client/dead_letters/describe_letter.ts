/** A dead letter in one line, for people or for programs. */
import { originText } from "../../shared/kafka/dead_letter.ts";
import { positionText } from "./arguments.ts";
import type { StandingLetter } from "./dead_letter_source.ts";
import { bytesOf, reasonOf } from "./letter.ts";
import { printable } from "./printable.ts";
import type { LetterState } from "./stored_votes.ts";

/** The detail comes last: it is the one part that may be long. */
export function letterLine(letter: StandingLetter, state: LetterState): string {
  const { position, label, voteId, attempts } = letter;
  const { topic, partition, offset } = label?.origin ?? {};
  const parts = [
    positionText(position),
    timeText(letter),
    state,
    reasonOf(letter),
    label ? `${topic}/${partition}/${offset}` : "-",
    voteId ?? "-",
    `${bytesOf(letter)} B`,
    attempts === 1 ? "1 attempt" : `${attempts} attempts`,
    label?.detail ?? "-",
  ];
  return parts.map((part) => printable(part)).join("  ");
}

export function letterJson(letter: StandingLetter, state: LetterState): string {
  const { position, label, voteId, attempts } = letter;
  return JSON.stringify({
    position: positionText(position),
    buriedAt: timeText(letter),
    state,
    reason: reasonOf(letter),
    detail: label?.detail ?? null,
    origin: label ? originJson(label.origin) : null,
    firstOrigin: label ? originText(label.replayedFrom ?? label.origin) : null,
    voteId: voteId ?? null,
    bytes: bytesOf(letter),
    attempts,
  });
}

export function timeText({ buriedAtMs }: { buriedAtMs: number }): string {
  return new Date(buriedAtMs).toISOString();
}

/** Offsets are longer than a number of JavaScript: as text. */
function originJson(
  { clusterId, topic, partition, offset }: {
    clusterId: string;
    topic: string;
    partition: number;
    offset: bigint;
  },
) {
  return { clusterId, topic, partition, offset: String(offset) };
}
