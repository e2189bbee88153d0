/** `cast ticket`, `cast vote` and `cast total`: one question to the API each, through the typed client. */
import { Command } from "commander";
import { printable } from "../dead_letters/printable.ts";
import type { VoteOutcome } from "../mod.ts";
import { type ApiOptions, asking, openApi, WAIT_SECONDS } from "./api_client.ts";
import { type CastContext, type ExitCode, UsageError } from "./context.ts";
import { explain, explainUnknown } from "./refusal.ts";

type End = (code: ExitCode) => void;
interface AskOptions extends ApiOptions {
  readonly json?: boolean;
}

/** What every command has that asks the API. */
export function withApiOptions(command: Command): Command {
  return command
    .option("--api <url>", "the API (CAST_API_URL, or that of deno task dev)")
    .option("--wait <seconds>", "how long to go on until there is an answer", WAIT_SECONDS)
    .option("--json", "print one JSON object");
}

export function ticketCommand(context: CastContext, end: End): Command {
  const command = new Command("ticket").description("Show the ticket that the next vote takes");
  return withApiOptions(command).action(async (options: AskOptions) => {
    const { screen, signal } = context;
    const api = openApi(context, options);
    const { ticket, validUntil, usesLeft } = await asking(api, () => api.client.ticket({ signal }));
    if (options.json) {
      screen.print(JSON.stringify({ ticket, validUntil: validUntil.toISOString(), usesLeft }));
    } else {
      screen.print(ticket);
      screen.print(screen.paint("dim", `valid until ${validUntil.toISOString()}, uses left ${usesLeft}`));
    }
    end(0);
  });
}

export function totalCommand(context: CastContext, end: End): Command {
  const command = new Command("total").description("Show the totals of names")
    .argument("<name...>", "1 to 100 names");
  return withApiOptions(command).action(async (names: string[], options: AskOptions) => {
    const { screen, signal } = context;
    if (names.length > NAMES_MAX) {
      throw new UsageError(`Ask for ${NAMES_MAX} names at most: got ${names.length}`);
    }
    const api = openApi(context, options);
    const totals = await asking(api, async () => {
      const all: { name: string; total: number }[] = [];
      // One after the other: an API of any release answers this question.
      for (const name of names) all.push({ name, total: await api.client.total(name, { signal }) });
      return all;
    });
    if (options.json) screen.print(JSON.stringify({ totals }));
    else printTotals(context, totals);
    end(0);
  });
}

export function voteCommand(context: CastContext, end: End): Command {
  const command = new Command("vote").description("Vote for one or more names at once")
    .argument("<name=count...>", "a name and its votes; a name alone gets one")
    .option("--voter <name>", "who votes")
    .option("--request-id <id>", "repeat a vote whose outcome was unknown under this id: it is counted once")
    .addHelpText("after", "\nExits with 0 when it is counted, 1 when it is refused, 2 when nobody knows.");
  type Options = AskOptions & { readonly voter?: string; readonly requestId?: string };
  return withApiOptions(command).action(async (entries: string[], options: Options) => {
    const { voter, requestId } = options;
    const votes = entries.map(readEntry);
    const api = openApi(context, options);
    const outcome = await asking(
      api,
      () =>
        api.client.vote(votes, {
          ...{ voter, requestId, signal: context.signal },
          // Whoever names the id may have used it: a refusal tells nothing of the call before.
          isRepeat: requestId !== undefined,
        }),
    );
    tell(context, { outcome, json: options.json ?? false });
    end(EXIT_CODES[outcome.kind]);
  });
}

const NAMES_MAX = 100;
const EXIT_CODES = { accepted: 0, refused: 1, unknown: 2 } as const satisfies Record<
  VoteOutcome["kind"],
  ExitCode
>;

/** The last "=" counts: a name may hold others. Exported for its test. */
export function readEntry(text: string): readonly [string, number] {
  const at = text.lastIndexOf("=");
  if (at < 0) return [text, 1];
  const [name, count] = [text.slice(0, at), text.slice(at + 1)];
  if (/^[1-9]\d{0,9}$/.test(count)) return [name, Number(count)];
  throw new UsageError(`Give votes as name=count, count 1 or more: got "${text}"`);
}

function tell(context: CastContext, { outcome, json }: { outcome: VoteOutcome; json: boolean }): void {
  const { screen } = context;
  if (json) return screen.print(JSON.stringify(outcome));
  switch (outcome.kind) {
    case "accepted":
      screen.print(`${screen.paint("green", "Counted")}, requestId ${outcome.requestId}`);
      return printTotals(context, outcome.totals);
    case "refused":
      screen.print(`${screen.paint("red", "Refused")}: ${outcome.code}, ${outcome.message}`);
      return screen.complain(explain(outcome.code));
    case "unknown":
      screen.print(`${screen.paint("yellow", "Unknown")}: ${outcome.last.code}, ${outcome.last.message}`);
      return screen.complain(explainUnknown({ requestId: outcome.requestId, code: outcome.last.code }));
    default:
      throw new Error(`Tell of ${outcome satisfies never}: wanted a known outcome`);
  }
}

function printTotals(
  { screen }: CastContext,
  totals: readonly { readonly name: string; readonly total: number }[],
): void {
  const width = Math.max(...totals.map(({ total }) => String(total).length));
  for (const { name, total } of totals) {
    screen.print(`${screen.paint("bold", String(total).padStart(width))}  ${printable(name)}`);
  }
}
