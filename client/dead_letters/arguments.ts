/** The command line of `deno task dead-letters`, read by a pure function: a command, or what is wrong with it. */
import { parseArgs } from "node:util";

/** Where a dead letter lies in the dead letters' own topic. */
export interface LetterPosition {
  readonly partition: number;
  readonly offset: bigint;
}

/** Which dead letters: by name, or all that are of a reason, or all. */
export type Selection =
  | { readonly kind: "positions"; readonly positions: readonly LetterPosition[] }
  | { readonly kind: "reason"; readonly reason: string }
  | { readonly kind: "all" };

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "list"; readonly reason: string | undefined; readonly json: boolean }
  | { readonly kind: "show"; readonly position: LetterPosition; readonly json: boolean }
  | {
    readonly kind: "replay";
    readonly selection: Selection;
    readonly dryRun: boolean;
    /** Also records that came from another topic. */
    readonly force: boolean;
    readonly json: boolean;
  };

export const USAGE = `deno task dead-letters list [--reason <reason>] [--json]
deno task dead-letters show <partition>/<offset> [--json]
deno task dead-letters replay <partition>/<offset>… | --reason <reason> | --all [--dry-run] [--force] [--json]`;

/** What the person at the terminal has to change; the message is all they see. */
export class ArgumentsError extends Error {
  override readonly name = "ArgumentsError";
}

const POSITION = /^(\d{1,9})\/(\d{1,18})$/;
const JSON_LINES = { json: { type: "boolean" } } as const;

/** Throws `ArgumentsError`. */
export function parseCommand(args: readonly string[]): Command {
  const [name, ...rest] = args;
  switch (name) {
    case "list":
      return parseList(rest);
    case "show":
      return parseShow(rest);
    case "replay":
      return parseReplay(rest);
    case "help":
    case "--help":
    case "-h":
      return { kind: "help" };
    case undefined:
      throw new ArgumentsError("Choose list, show or replay");
    default:
      throw new ArgumentsError(`Choose list, show or replay: got "${name}"`);
  }
}

export function positionText({ partition, offset }: LetterPosition): string {
  return `${partition}/${offset}`;
}

function parseList(args: string[]): Command {
  const options = { ...JSON_LINES, reason: { type: "string" } } as const;
  const { values } = strictly(() => parseArgs({ args, options }));
  return { kind: "list", reason: readReason(values.reason), json: values.json ?? false };
}

function parseShow(args: string[]): Command {
  const { values, positionals } = strictly(() =>
    parseArgs({ args, options: JSON_LINES, allowPositionals: true })
  );
  const [text, ...others] = positionals;
  if (text === undefined || others.length > 0) {
    throw new ArgumentsError(`Name one dead letter: got ${positionals.length}, wanted <partition>/<offset>`);
  }
  return { kind: "show", position: parsePosition(text), json: values.json ?? false };
}

function parseReplay(args: string[]): Command {
  const options = {
    reason: { type: "string" },
    all: { type: "boolean" },
    "dry-run": { type: "boolean" },
    force: { type: "boolean" },
    ...JSON_LINES,
  } as const;
  const { values, positionals } = strictly(() => parseArgs({ args, options, allowPositionals: true }));
  const positions = positionals.map(parsePosition);
  const reason = readReason(values.reason);
  const selections: Selection[] = [];
  if (positions.length > 0) selections.push({ kind: "positions", positions });
  if (reason !== undefined) selections.push({ kind: "reason", reason });
  if (values.all) selections.push({ kind: "all" });
  const [selection, ...others] = selections;
  if (selection === undefined || others.length > 0) {
    throw new ArgumentsError("Choose what to replay by one of <partition>/<offset>…, --reason or --all");
  }
  const { "dry-run": dryRun = false, force = false, json = false } = values;
  return { kind: "replay", selection, dryRun, force, json };
}

function parsePosition(text: string): LetterPosition {
  const [, partition, offset] = POSITION.exec(text) ?? [];
  if (!partition || !offset) {
    throw new ArgumentsError(`Name a dead letter: got "${text}", wanted <partition>/<offset>`);
  }
  return { partition: Number(partition), offset: BigInt(offset) };
}

function readReason(reason: string | undefined): string | undefined {
  if (reason === "") throw new ArgumentsError('Give --reason a reason, as "list" shows it: got an empty one');
  return reason;
}

/** parseArgs throws errors of its own for what it does not know. */
function strictly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}
