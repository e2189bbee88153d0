/** The whole of `cast`: its commands as one tree, run once, and every end of it as an exit code. */
import { Command, CommanderError } from "commander";
import project from "../../deno.json" with { type: "json" };
import { CastRequestError, CastUsageError } from "../mod.ts";
import { reasonOf } from "../terminal.ts";
import { ticketCommand, totalCommand, voteCommand } from "./ask_commands.ts";
import { completionCommand } from "./completion_command.ts";
import { type CastContext, type ExitCode, UsageError } from "./context.ts";
import { doctorCommand } from "./doctor_command.ts";
import { exportCommand } from "./export_command.ts";
import { loadCommand } from "./load_command.ts";
import { deadLettersCommand, pollCommand, verifyCommand } from "./store_commands.ts";
import { topCommand } from "./top_command.ts";
import { readsItself } from "./words.ts";

const EXIT_CODES = `
Exit codes: 0 all is well; 1 a difference, or a refusal; 2 wrong use, or what is needed cannot be reached.
"cast <command> --help" tells the options of a command.`;

/** Never throws. */
export async function runCast(args: readonly string[], context: CastContext): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(context, (ended) => void (code = ended));
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return tell(error, context);
  }
}

export function createProgram(context: CastContext, end: (code: ExitCode) => void): Command {
  const { screen } = context;
  const program = new Command("cast")
    .description("CAST from the command line: vote, look, and look after a system that runs")
    .version(project.version)
    .exitOverride()
    .showHelpAfterError('("--help" tells more)')
    .configureOutput({
      writeOut: (text) => screen.print(text.trimEnd()),
      writeErr: (text) => screen.complain(text.trimEnd()),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", EXIT_CODES);
  const commands = [
    ticketCommand,
    voteCommand,
    totalCommand,
    topCommand,
    loadCommand,
    verifyCommand,
    deadLettersCommand,
    pollCommand,
    exportCommand,
    doctorCommand,
  ];
  for (const create of commands) {
    const command = create(context, end).copyInheritedSettings(program);
    // The settings bring the help of the program's own kind with them.
    program.addCommand(readsItself(command) ? command.helpOption(false) : command);
  }
  program.addCommand(completionCommand(program, context).copyInheritedSettings(program));
  return program;
}

function tell(error: unknown, { screen, signal }: CastContext): ExitCode {
  // Whoever read the lines, `head` for one, has seen enough.
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  // It has said itself what is wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isUse = error instanceof UsageError || error instanceof CastUsageError;
  const reason = signal.aborted ? reasonOf(signal.reason) : reasonOf(error);
  screen.complain(`${screen.paintError("red", "error")}: ${reason}`);
  if (isUse) screen.complain('("--help" tells more)');
  if (error instanceof CastRequestError && error.code === "VOTER_UNAUTHORIZED") {
    screen.complain("Set CAST_VOTER_TOKEN to a token that the API trusts");
  }
  return 2;
}
