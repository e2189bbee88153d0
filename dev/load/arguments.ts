/** The command line of `deno task load`, read by a pure function: what to run, or what is wrong with it. */
import { parseArgs } from "node:util";

export interface LoadArguments {
  readonly kind: "load";
  readonly perSecond: number;
  readonly seconds: number;
  /** How many candidates the votes are for. */
  readonly names: number;
  /** Stores and programs of its own, instead of a system that runs. */
  readonly own: boolean;
  readonly findMax: boolean;
  /** Base URLs of the API; empty for that of the settings. */
  readonly apis: readonly string[];
  readonly strict: boolean;
  readonly json: boolean;
}

export const USAGE = `deno task load [options]

Votes at a given rate, whatever the system does, against a running one or (--own) one of its own; then holds what is
stored to what the voters were told. A running system is named by CAST_POSTGRES_URL (and CAST_POSTGRES_SCHEMA), or is
that of a running deno task dev. Raise its CAST_TICKET_USES above the rate: a ticket serves for one to two seconds.

  --rate N            votes due a second (3000)
  --minutes N         how long (5), or --seconds N
  --names N           candidates (1000)
  --api URL           the API, repeatable (that of the settings, CAST_API_PORT)
  --own               start stores and the four programs, warm them up for 20 s, and watch their memory
  --find-max          with --own: raise the rate step by step until it is not sustained; each step takes --seconds (60)
  --strict            a missed rate, percentile or level of memory fails too
  --json              one object on standard output instead of a table

Exit code: 0 every accepted vote is stored once, 1 one is not or none was accepted (with --strict: or a figure was
missed), 2 wrong use.`;

/** What the person at the terminal has to change; the message is all they see. */
export class ArgumentsError extends Error {
  override readonly name = "ArgumentsError";
}

const RATE_MAX = 100_000;
const SECONDS_MAX = 86_400;
const NAMES_MAX = 10_000;
/** One byte is kept of each vote, and its row is read at the end. */
const VOTES_MAX = 100_000_000;
const STEP_SECONDS = 60;
const DEFAULT_SECONDS = 300;

/** Throws `ArgumentsError`. */
export function parseLoadArguments(args: readonly string[]): LoadArguments | { readonly kind: "help" } {
  const values = parseValues(args);
  if (values.help) return { kind: "help" };
  const perSecond = numberIn("--rate", values.rate ?? "3000", { min: 1, max: RATE_MAX, whole: true });
  const findMax = values["find-max"] ?? false;
  const seconds = parseSeconds(values, findMax ? STEP_SECONDS : DEFAULT_SECONDS);
  if (perSecond > perSecondMax(seconds)) {
    throw new ArgumentsError(`Choose a shorter run: ${perSecond * seconds} votes, ${VOTES_MAX} at most`);
  }
  const [own, apis] = [values.own ?? false, values.api ?? []];
  if (findMax && !own) {
    throw new ArgumentsError("Use --find-max with --own: it overloads what it runs against");
  }
  if (own && apis.length > 0) throw new ArgumentsError("Choose --own or --api, not both");
  return {
    kind: "load",
    perSecond,
    seconds,
    own,
    findMax,
    names: numberIn("--names", values.names ?? "1000", { min: 2, max: NAMES_MAX, whole: true }),
    apis: apis.map(parseApi),
    strict: values.strict ?? false,
    json: values.json ?? false,
  };
}

/** The highest rate that a run of this length may be asked for. */
export function perSecondMax(seconds: number): number {
  return Math.min(RATE_MAX, Math.floor(VOTES_MAX / seconds));
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rate: { type: "string" },
        minutes: { type: "string" },
        seconds: { type: "string" },
        names: { type: "string" },
        api: { type: "string", multiple: true },
        own: { type: "boolean" },
        "find-max": { type: "boolean" },
        strict: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    // parseArgs throws errors of its own for what it does not know.
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}

function parseSeconds(values: { minutes?: string; seconds?: string }, fallback: number): number {
  const { minutes, seconds } = values;
  if (minutes !== undefined && seconds !== undefined) {
    throw new ArgumentsError("Choose --minutes or --seconds, not both");
  }
  if (seconds !== undefined) return numberIn("--seconds", seconds, { min: 1, max: SECONDS_MAX, whole: true });
  if (minutes === undefined) return fallback;
  return 60 * numberIn("--minutes", minutes, { min: 0.1, max: SECONDS_MAX / 60, whole: false });
}

/** Returns the URL without a path: the API's own is known. */
function parseApi(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:") {
    throw new ArgumentsError(`Read --api: got "${text}", wanted http://host:port`);
  }
  return url.origin;
}

function numberIn(
  name: string,
  text: string,
  { min, max, whole }: { min: number; max: number; whole: boolean },
): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number >= min && number <= max && (!whole || Number.isInteger(number))) {
    return number;
  }
  throw new ArgumentsError(
    `Read ${name}: got "${text}", wanted ${whole ? "a whole" : "a"} number from ${min} to ${max}`,
  );
}
