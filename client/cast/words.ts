/** Words that complete a command whose options it reads itself. */
import type { Command } from "commander";

const words = new WeakMap<Command, readonly string[]>();

export function setWords(command: Command, own: readonly string[]): void {
  words.set(command, own);
}

/** Whether it reads its own options, `--help` among them. */
export function readsItself(command: Command): boolean {
  return words.has(command);
}

/** What may follow the command's name: what it was given, or its options as they were declared. */
export function wordsOf(command: Command): readonly string[] {
  const declared = command.options.flatMap(({ long }) => long ? [long] : []);
  return words.get(command) ?? [...declared, "--help"];
}
