/** The command line of `deno task poll`, read by a pure function: a command, or what is wrong with it. */
import { parseArgs } from "node:util";

export const ACTIONS = ["open", "close", "freeze", "publish"] as const;
/** What an operator may do to the poll. */
export type Action = typeof ACTIONS[number];

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "status"; readonly json: boolean }
  | {
    readonly kind: "change";
    readonly action: Action;
    readonly json: boolean;
    readonly waitMsMax: number;
  };

export const USAGE = `deno task poll status [--json]
deno task poll open | close | freeze | publish [--json] [--wait <seconds>]

Says whether votes are taken and which totals are shown, or changes it, and waits until every shard obeys.
Exits with 0 when every shard obeys, 1 when one does not yet, 2 for wrong arguments or settings.

  close     no vote is accepted any more; open takes votes again
  freeze    what Postgres holds at this moment is shown while votes count on; publish shows every total as it stands.
            For a final result: close, wait until deno task verify agrees, then freeze
  --json            print one JSON object
  --wait <seconds>  how long to wait for the shards (30)`;

/** What the person at the terminal has to change; the message is all they see. */
export class ArgumentsError extends Error {
  override readonly name = "ArgumentsError";
}

const WAIT_SECONDS = "30";
const WAIT_SECONDS_MAX = 86_400;
const CHOICES = `Choose status, ${ACTIONS.join(", ")}`;

/** Throws `ArgumentsError`. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseValues(args);
  if (values.help || positionals[0] === "help") return { kind: "help" };
  const [name, ...others] = positionals;
  if (name === undefined) throw new ArgumentsError(CHOICES);
  if (others.length > 0) throw new ArgumentsError(`${CHOICES}, one of them: got "${positionals.join(" ")}"`);
  const json = values.json ?? false;
  if (name === "status") {
    if (values.wait !== undefined) {
      throw new ArgumentsError("Leave out --wait: status tells what is, and waits for nothing");
    }
    return { kind: "status", json };
  }
  const action = ACTIONS.find((each) => each === name);
  if (!action) throw new ArgumentsError(`${CHOICES}: got "${name}"`);
  return { kind: "change", action, json, waitMsMax: parseWait(values.wait ?? WAIT_SECONDS) };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        wait: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // parseArgs throws errors of its own for what it does not know.
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}

function parseWait(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d{1,3})?$/.test(text) || seconds > WAIT_SECONDS_MAX) {
    throw new ArgumentsError(`Give --wait seconds from 0 to ${WAIT_SECONDS_MAX}: got "${text}"`);
  }
  return Math.round(seconds * 1000);
}
