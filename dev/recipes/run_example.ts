/**
 * Runs one example of the docs as its reader would: in a folder of its own, against an address of the test's. Each in every
 * runtime that the machine has; what needs k6 is only parsed.
 */
import { dirname, join } from "node:path";
import type { Example } from "./extract_examples.ts";

/** The first time Go compiles its library, and the machine may be busy. */
const RUN_MS_MAX = 600_000;
/** The address that the docs name. */
const SHOWN_API = "http://localhost:8000/graphql";

export interface Runner {
  /** `deno`, `node`, … */
  readonly name: string;
  readonly file: string;
  readonly command: readonly [string, ...string[]];
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Returns the runners of an example, of those that the machine has; none where it has none. */
export async function runnersOf({ language, text }: Example): Promise<Runner[]> {
  const deno = Deno.execPath();
  switch (language) {
    case "sh":
      return await present([{ name: "sh", file: "example.sh", command: ["sh", "example.sh"] }]);
    case "python":
      return await present([{ name: "python3", file: "example.py", command: ["python3", "example.py"] }]);
    case "go":
      return await present([{ name: "go", file: "main.go", command: ["go", "run", "main.go"] }]);
    case "js": {
      if (text.includes('"k6/')) {
        // As TypeScript, since that is what deno parses without looking for its imports.
        const file = "k6.ts";
        return [{
          name: "parse",
          file,
          command: [deno, "transpile", "--quiet", "--no-config", "-o", "k6.js", file],
        }];
      }
      const file = "example.mjs";
      const runners: Runner[] = [
        { name: "deno", file, command: [deno, "run", "--no-config", "--allow-net", file] },
      ];
      // Node has none before version 24.
      if (!text.includes("EventSource")) {
        runners.push(...await present([{ name: "node", file, command: ["node", file] }]));
      }
      return runners;
    }
    default:
      return language satisfies never;
  }
}

export async function runExample(
  { text }: Example,
  { runner, folder, url }: { runner: Runner; folder: string; url: string },
): Promise<Ran> {
  await Deno.writeTextFile(join(folder, runner.file), text.replaceAll(SHOWN_API, url));
  return await run(runner.command, folder);
}

async function present(runners: readonly Runner[]): Promise<Runner[]> {
  const found: Runner[] = [];
  for (const runner of runners) {
    const { code } = await run(["sh", "-c", `command -v ${runner.command[0]}`], ".");
    if (code === 0) found.push(runner);
  }
  return found;
}

async function run([program, ...args]: readonly [string, ...string[]], cwd: string): Promise<Ran> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), RUN_MS_MAX);
  try {
    const path = `${dirname(Deno.execPath())}:${Deno.env.get("PATH") ?? ""}`;
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd,
      env: { PATH: path, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: late.signal,
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    clearTimeout(timer);
  }
}
