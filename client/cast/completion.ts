/** Scripts for three shells: the first word is a command, what begins with one of its words is completed, else a file. */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = typeof SHELLS[number];

export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  /** Options and fixed arguments. */
  readonly words: readonly string[];
}

/** No word of ours needs quoting beyond this; one that did would break the shell that reads the script. */
const WORD = /^[A-Za-z0-9-]+$/;

export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  const wrong = commands.flatMap(({ name, words }) => [name, ...words]).find((word) => !WORD.test(word));
  if (wrong !== undefined) throw new Error(`Complete "${wrong}": wanted letters, digits and hyphens`);
  return SCRIPTS[shell](commands);
}

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash,
  zsh,
  fish,
};

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, words }) => `    ${name}) words="${words.join(" ")}" ;;`);
  return `_cast() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _cast cast`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({ name, description }) => `    '${name}:${quoted(description)}'`);
  const cases = commands.map(({ name, words }) => `    ${name}) compadd -- ${words.join(" ")} ;;`);
  return `#compdef cast
_cast() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case "\${words[2]}" in
${cases.join("\n")}
  esac
  _files
}
compdef _cast cast`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const first = commands.map(({ name, description }) =>
    `complete -c cast -n __fish_use_subcommand -f -a ${name} -d '${quoted(description)}'`
  );
  const rest = commands.flatMap(({ name, words }) =>
    words.map((word) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c cast -n '__fish_seen_subcommand_from ${name}' ${what}`;
    })
  );
  return [...first, ...rest].join("\n");
}

/** Within single quotes, and without the colon that zsh splits at. */
function quoted(text: string): string {
  return text.replaceAll("'", "").replaceAll(":", ",");
}
