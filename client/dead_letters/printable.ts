/**
 * Text for a terminal. What is in a dead letter came from anywhere: a control character in it could rewrite what the
 * person sees, or worse.
 */

const CONTROL_CHARACTER = /\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Escapes control characters and those that turn the direction of text, as JSON would write them. */
export function printable(text: string, { keep = "" }: { keep?: string } = {}): string {
  return text.replace(
    CONTROL_CHARACTER,
    (character) =>
      keep.includes(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
