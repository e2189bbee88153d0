/**
 * Watches a Redis of a test's own, and tells which commands each user sent and which its scripts called. Redis shows a
 * script first and then, before anything else, what it calls.
 */
import type { Redis } from "ioredis";

export interface RecordedCommand {
  readonly user: string;
  /** What called it: a script's SHA-1, or its letters as `scriptLetters` gives them; undefined where the program sent it. */
  readonly script: string | undefined;
  readonly words: readonly string[];
}

export interface CommandRecorder {
  /** What was recorded so far, without connections whose user was never seen. */
  commands(): Promise<readonly RecordedCommand[]>;
  /** Learns who sits at the other ends: asked while the connections of interest stand. */
  learnUsers(): Promise<void>;
  close(): void;
}

/** What is left of a script, also of one that Redis has shown with its lines and quotes escaped. */
export function scriptLetters(lua: string): string {
  return lua.replace(/\\x[0-9a-f]{2}|\\./g, "").replace(/[^A-Za-z0-9_]/g, "");
}

interface Line {
  readonly source: string;
  readonly script: string | undefined;
  readonly words: readonly string[];
}

export async function recordCommands(admin: Redis): Promise<CommandRecorder> {
  const lines: Line[] = [];
  const users = new Map<string, string>();
  const seen = Promise.withResolvers<void>();
  const monitor = await admin.monitor();
  let caller: Line | undefined;
  monitor.on("monitor", (_time: string, words: string[], source: string) => {
    if (words[0]?.toLowerCase() === "echo") return seen.resolve();
    const isInner = source === "lua";
    const script = isInner ? scriptOf(caller) : undefined;
    const line = { source: isInner ? caller?.source ?? "" : source, script, words };
    if (!isInner) caller = line;
    lines.push(line);
  });
  return {
    async commands() {
      // Everything that Redis did before this, it has shown before this.
      await admin.echo("everything so far");
      await seen.promise;
      return lines.flatMap(({ source, script, words }) => {
        const user = users.get(source);
        return user === undefined ? [] : [{ user, script, words }];
      });
    },
    async learnUsers() {
      const list = String(await admin.client("LIST"));
      for (const [, source = "", user = ""] of list.matchAll(/ addr=(\S+) .*? user=(\S+)/g)) {
        users.set(source, user);
      }
    },
    close: () => monitor.disconnect(),
  };
}

/** EVAL has the script itself there, EVALSHA its digest. */
function scriptOf(line: Line | undefined): string | undefined {
  const [command = "", script = ""] = line?.words ?? [];
  return command.toLowerCase() === "eval" ? scriptLetters(script) : script;
}
