/** `cast completion`: a script that teaches a shell the commands and options, made from the commands themselves. */
import { Argument, Command } from "commander";
import { completionScript, type Shell, SHELLS } from "./completion.ts";
import type { CastContext } from "./context.ts";
import { wordsOf } from "./words.ts";

const HOW = `
  bash  source <(cast completion bash)                     in ~/.bashrc
  zsh   source <(cast completion zsh)                      in ~/.zshrc, after compinit
  fish  cast completion fish > ~/.config/fish/completions/cast.fish`;

export function completionCommand(program: Command, { screen }: CastContext): Command {
  return new Command("completion").description(
    "Print a script that completes commands and options in a shell",
  )
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText("after", HOW)
    .action((shell: Shell) => {
      const commands = program.commands.map((command) => ({
        name: command.name(),
        description: command.description(),
        words: command.name() === "completion" ? SHELLS : wordsOf(command),
      }));
      screen.print(completionScript(shell, commands));
    });
}
