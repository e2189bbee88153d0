/**
 * `cast verify`, `cast dead-letters` and `cast poll`: the operator's commands, as they are under `deno task`, with their own
 * words and options. Alone what ends them unasked, a store that cannot be reached for one, is an exit code of `cast`: 2.
 */
import { Command } from "commander";
import type { Environment, ParseResult, Settings } from "../../shared/config/parse.ts";
import * as deadLetters from "../dead_letters/arguments.ts";
import { deadLettersSettings, parseDeadLettersConfig } from "../dead_letters/config.ts";
import { runCommand as runDeadLetters } from "../dead_letters/run_command.ts";
import * as poll from "../poll/arguments.ts";
import { parsePollConfig, pollSettings } from "../poll/config.ts";
import { runCommand as runPoll } from "../poll/run_command.ts";
import * as verify from "../verify/arguments.ts";
import { parseVerifyConfig, verifySettings } from "../verify/config.ts";
import { runCommand as runVerify } from "../verify/run_command.ts";
import { type CastContext, type ExitCode, UsageError } from "./context.ts";
import { setWords } from "./words.ts";

type End = (code: ExitCode) => void;

interface Passed<Parsed> {
  readonly name: string;
  readonly description: string;
  /** For completion. */
  readonly words: readonly string[];
  readonly usage: string;
  readonly parse: (args: readonly string[]) => Parsed | { readonly kind: "help" };
  readonly run: (command: Parsed, context: CastContext) => Promise<ExitCode>;
}

export function verifyCommand(context: CastContext, end: End): Command {
  return passedOn<Exclude<verify.Command, { kind: "help" }>>({
    name: "verify",
    description: "Compare Redis, votes and the ledger, under load too",
    words: ["--json", "--wait", "--accept-loss", "--repair", "--help"],
    usage: verify.USAGE,
    parse: verify.parseCommand,
    run: (command, { environment, log, screen: { print: write }, signal }) => {
      const config = configOf(verifySettings, { parse: parseVerifyConfig, environment });
      return runVerify(command, {
        config,
        write,
        signal,
        log: log({ program: "verify", level: config.logLevel }),
      });
    },
  }, { context, end });
}

export function deadLettersCommand(context: CastContext, end: End): Command {
  return passedOn<Exclude<deadLetters.Command, { kind: "help" }>>({
    name: "dead-letters",
    description: "Look at records that could not be stored, and replay them",
    words: ["list", "show", "replay", "--reason", "--all", "--dry-run", "--force", "--json", "--help"],
    usage: deadLetters.USAGE,
    parse: deadLetters.parseCommand,
    run: (command, { environment, log, screen: { print: write }, signal }) => {
      // What connections do is for people here, and only where something is wrong.
      const settings = {
        ...deadLettersSettings,
        logLevel: { ...deadLettersSettings.logLevel, fallback: "warn" },
      };
      const parse = (found: Environment) => parseDeadLettersConfig({ CAST_LOG_LEVEL: "warn", ...found });
      const config = configOf(settings, { parse, environment });
      return runDeadLetters(command, {
        ...{ config, write, signal },
        log: log({ program: "dead_letters", level: config.logLevel }),
      });
    },
  }, { context, end });
}

export function pollCommand(context: CastContext, end: End): Command {
  return passedOn<Exclude<poll.Command, { kind: "help" }>>({
    name: "poll",
    description: "Say what the poll is, or change it",
    words: ["status", ...poll.ACTIONS, "--wait", "--json", "--help"],
    usage: poll.USAGE,
    parse: poll.parseCommand,
    run: (command, { environment, log, screen: { print: write }, signal }) => {
      const config = configOf(pollSettings, { parse: parsePollConfig, environment });
      return runPoll(command, {
        config,
        write,
        signal,
        log: log({ program: "poll", level: config.logLevel }),
      });
    },
  }, { context, end });
}

function passedOn<Parsed extends { readonly kind: string }>(
  { name, description, words, usage, parse, run }: Passed<Parsed>,
  { context, end }: { context: CastContext; end: End },
): Command {
  const command = new Command(name).description(description)
    .argument("[arguments...]")
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (args: string[]) => {
      const parsed = parsedOf(() => parse(args), usageOf(usage));
      if (isHelp(parsed)) {
        context.screen.print(usageOf(usage));
        return end(0);
      }
      end(await run(parsed, context));
    });
  setWords(command, words);
  return command;
}

/** As `deno task` and as `cast` the same commands have the same options. */
function usageOf(usage: string): string {
  return usage.replaceAll("deno task ", "cast ");
}

function parsedOf<T>(parse: () => T, usage: string): T {
  try {
    return parse();
  } catch (error) {
    const isUse = [verify, deadLetters, poll].some(({ ArgumentsError }) => error instanceof ArgumentsError);
    if (!isUse || !(error instanceof Error)) throw error;
    throw new UsageError(`${error.message}\n\n${usage}`, { cause: error });
  }
}

function isHelp(parsed: { readonly kind: string }): parsed is { readonly kind: "help" } {
  return parsed.kind === "help";
}

/** Tells of every problem at once. */
function configOf<Config>(
  settings: Settings,
  { parse, environment }: {
    parse: (environment: Environment) => ParseResult<Config>;
    environment: CastContext["environment"];
  },
): Config {
  const parsed = parse(environment(settings));
  if (parsed.ok) return parsed.config;
  throw new UsageError(
    ["Name the stores, or start deno task dev in this folder:", ...parsed.problems].join("\n"),
  );
}
