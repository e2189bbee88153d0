/** The arguments of `deno task prepare`. */

export const USAGE = `Usage: deno task prepare [--roles] [--wait SECONDS]

Migrates Postgres and makes the topics of Kafka, as far as they are not there. Run it as the owner of the schema.

  --roles          give cast_persister, cast_operator and cast_reader what each needs in the schema, and no more
  --wait SECONDS   how long to wait for stores that do not answer yet (60)`;

export interface PrepareCommand {
  readonly kind: "prepare";
  readonly roles: boolean;
  readonly waitMs: number;
}

/** Names the argument that could not be understood. */
export class ArgumentsError extends Error {
  override readonly name = "ArgumentsError";
}

const WAIT_SECONDS = 60;
const WAIT_SECONDS_MAX = 3600;

/** Throws `ArgumentsError`. */
export function parseCommand(args: readonly string[]): PrepareCommand | { readonly kind: "help" } {
  let roles = false;
  let waitSeconds = WAIT_SECONDS;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--help" || arg === "-h") return { kind: "help" };
    if (arg === "--roles") roles = true;
    else if (arg === "--wait") waitSeconds = parseSeconds(rest.shift());
    else throw new ArgumentsError(`Give an argument that prepare has: got "${arg}"`);
  }
  return { kind: "prepare", roles, waitMs: waitSeconds * 1000 };
}

function parseSeconds(text: string | undefined): number {
  const seconds = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || seconds > WAIT_SECONDS_MAX) {
    throw new ArgumentsError(`Give --wait seconds from 0 to ${WAIT_SECONDS_MAX}: got "${text ?? ""}"`);
  }
  return seconds;
}
