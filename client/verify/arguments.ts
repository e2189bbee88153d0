/** The command line of `deno task verify`, read by a pure function: a command, or what is wrong with it. */
import { parseArgs } from "node:util";

/** What an operator accepts as lost: the holes of one epoch, or what Kafka deleted before it was stored. */
export type AcceptedLoss =
  | { readonly kind: "epoch"; readonly shard: number; readonly epoch: number }
  | { readonly kind: "forgotten" };

export type Action =
  | { readonly kind: "look" }
  | { readonly kind: "accept_loss"; readonly loss: AcceptedLoss }
  | { readonly kind: "repair" };

export type Command =
  | { readonly kind: "help" }
  | {
    readonly kind: "verify";
    readonly action: Action;
    readonly json: boolean;
    readonly waitMsMax: number;
  };

export const USAGE = `deno task verify [--json] [--wait <seconds>]
deno task verify --accept-loss <shard>/<epoch> | --accept-loss forgotten
deno task verify --repair

Compares Redis, votes and the sum of vote_events, and looks for gaps in the versions, while votes go on.
Exits with 0 when all agree, 1 on any difference, 2 for wrong arguments or settings.

  --json                         print the report as one JSON object
  --wait <seconds>               how long to wait for votes that are under way (30)
  --accept-loss <shard>/<epoch>  record the holes of that epoch as accepted
  --accept-loss forgotten        record as accepted what Kafka deleted before it was stored; votes then open again
  --repair                       close the shard, so that the guard restores Redis from votes`;

/** What the person at the terminal has to change; the message is all they see. */
export class ArgumentsError extends Error {
  override readonly name = "ArgumentsError";
}

const WAIT_SECONDS = "30";
const WAIT_SECONDS_MAX = 86_400;
const SHARD_AND_EPOCH = /^(\d{1,9})\/(\d{1,16})$/;

/** Throws `ArgumentsError`. */
export function parseCommand(args: readonly string[]): Command {
  const values = parseValues(args);
  if (values.help) return { kind: "help" };
  if (values["accept-loss"] !== undefined && values.repair) {
    throw new ArgumentsError("Choose --accept-loss or --repair, not both");
  }
  return {
    kind: "verify",
    action: parseAction(values),
    json: values.json ?? false,
    waitMsMax: parseWait(values.wait ?? WAIT_SECONDS),
  };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean" },
        wait: { type: "string" },
        "accept-loss": { type: "string" },
        repair: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    // parseArgs throws errors of its own for what it does not know.
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}

function parseAction(values: { "accept-loss"?: string; repair?: boolean }): Action {
  if (values.repair) return { kind: "repair" };
  const text = values["accept-loss"];
  if (text === undefined) return { kind: "look" };
  if (text === "forgotten") return { kind: "accept_loss", loss: { kind: "forgotten" } };
  const [, shard, epoch] = SHARD_AND_EPOCH.exec(text) ?? [];
  if (shard === undefined || epoch === undefined) {
    throw new ArgumentsError(`Name what is lost: got "${text}", wanted <shard>/<epoch> or forgotten`);
  }
  return { kind: "accept_loss", loss: { kind: "epoch", shard: Number(shard), epoch: Number(epoch) } };
}

function parseWait(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d{1,3})?$/.test(text) || seconds > WAIT_SECONDS_MAX) {
    throw new ArgumentsError(`Give --wait seconds from 0 to ${WAIT_SECONDS_MAX}: got "${text}"`);
  }
  return Math.round(seconds * 1000);
}
