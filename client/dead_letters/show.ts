/** `show`: one dead letter whole, its headers and its bytes. */
import { Buffer } from "node:buffer";
import { headerText } from "../../shared/kafka/dead_letter.ts";
import { type LetterPosition, positionText } from "./arguments.ts";
import type { DeadLetterSource } from "./dead_letter_source.ts";
import { timeText } from "./describe_letter.ts";
import { formatBytes, utf8Text } from "./format_bytes.ts";
import type { Letter } from "./letter.ts";
import { printable } from "./printable.ts";

export interface ShowOptions {
  readonly source: DeadLetterSource;
  readonly position: LetterPosition;
  readonly json: boolean;
  readonly write: (line: string) => void;
}

export async function showLetter({ source, position, json, write }: ShowOptions): Promise<void> {
  await source.eachAt([position], ([letter]) => {
    if (letter) write(json ? showJson(letter) : showText(letter));
    return Promise.resolve();
  });
}

function showText(letter: Letter): string {
  const { position, headers, key, value } = letter;
  return [
    `dead letter ${positionText(position)}, buried ${timeText(letter)}`,
    ...Object.keys(headers).map((name) => printable(`${name}: ${headerText(headers, name)}`)),
    `key, ${sizeText(key)}`,
    ...bytesLines(key),
    `value, ${sizeText(value)}`,
    ...bytesLines(value),
  ].join("\n");
}

function sizeText(bytes: Buffer | null): string {
  return bytes === null ? "null" : `${bytes.length} B`;
}

function bytesLines(bytes: Buffer | null): string[] {
  return bytes === null || bytes.length === 0 ? [] : [formatBytes(bytes)];
}

function showJson(letter: Letter): string {
  const { position, headers, key, value } = letter;
  return JSON.stringify({
    position: positionText(position),
    buriedAt: timeText(letter),
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, headerText(headers, name)])),
    key: bytesJson(key),
    value: bytesJson(value),
  });
}

/** The bytes exactly, and as text where they are one. */
function bytesJson(bytes: Buffer | null) {
  return bytes === null
    ? null
    : { base64: Buffer.from(bytes).toString("base64"), text: utf8Text(bytes) ?? null };
}
