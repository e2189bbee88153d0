import { assertEquals, assertStringIncludes } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { createWorld } from "../../shared/testing/world.ts";
import { cast } from "./testing/run_cast.ts";

const ROOT = new URL("../../", import.meta.url);
const decoder = new TextDecoder();

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With the flags of `deno task cast`, in a folder of its own, and none of the CAST_* variables of this process. */
async function run(
  command: string,
  { args, folder, environment = {} }: {
    args: readonly string[];
    folder: string;
    environment?: Record<string, string>;
  },
): Promise<Ended> {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("CAST_"));
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: folder,
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdin: "null",
  }).output();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** `deno run …` of the task, as words. */
function taskFlags(): string[] {
  const [deno, verb, ...words] = project.tasks.cast.command.split(" ");
  assertEquals([deno, verb, words.pop()], ["deno", "run", "client/cast/main.ts"]);
  return words;
}

/** What `deno install` and `deno compile` take of them. */
function permissionFlags(): string[] {
  return taskFlags().filter((flag) => /^--(allow|ignore-env|no-prompt)/.test(flag));
}

const MAIN = new URL("client/cast/main.ts", ROOT).pathname;

Deno.test("cast runs with the permissions of its task, and finds the stores of a running deno task dev", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await pool.query("insert into votes (shard, username, count, version) values (0, 'ada', 3, 1)");
  const folder = await Deno.makeTempDir();
  world.defer(() => Deno.remove(folder, { recursive: true }));
  const start = (...args: string[]) =>
    run(Deno.execPath(), { args: ["run", ...taskFlags(), MAIN, ...args], folder });

  const none = await start("export", "--table", "totals");
  assertEquals([none.code, none.stdout], [2, ""]);
  assertStringIncludes(none.stderr, "start deno task dev");

  await Deno.mkdir(`${folder}/.cast/dev`, { recursive: true });
  const variables = Object.entries(world.environment()).map(([name, value]) => `${name}='${value}'\n`);
  await Deno.writeTextFile(`${folder}/.cast/dev/environment`, variables.join(""));
  const found = await start("export", "--table", "totals");
  assertEquals(found, {
    code: 0,
    stdout: "username,votes\r\nada,3\r\n",
    stderr: "1 row of totals exported\n",
  });
  const status = await start("poll", "status", "--json");
  assertEquals([status.code, JSON.parse(status.stdout).voting], [1, "open"]);
  // Postgres is there and not Redis's shard: a difference, and no fault of the line to it.
  const doctor = await start("doctor");
  assertEquals([doctor.code, doctor.stderr], [1, ""]);
  assertStringIncludes(doctor.stdout, "redis     shard: closed");
});

Deno.test("cast is installed by deno install", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const flags = ["--global", "--quiet", "--root", folder, "--name", "cast"];
    // The config itself names folders beside it, which an installed program does not have.
    const config = ["--no-config", "--import-map", new URL("deno.json", ROOT).pathname];
    const installed = await run(Deno.execPath(), {
      args: ["install", ...flags, ...config, ...permissionFlags(), MAIN],
      folder,
    });
    assertEquals(installed.code, 0, installed.stderr);
    const version = await run(`${folder}/bin/cast`, { args: ["--version"], folder });
    assertEquals([version.code, version.stdout], [0, `${project.version}\n`], version.stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What compiled programs run on is fetched once, from a host that not every machine reaches. */
const NO_RUNTIME = /denort|dl\.deno\.land|client error|dns error|lookup address/i;

Deno.test("cast is compiled by deno compile", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const compiled = await run(Deno.execPath(), {
      args: ["compile", "--quiet", ...permissionFlags(), "--output", `${folder}/cast`, MAIN],
      folder: ROOT.pathname,
    });
    const isMissing = compiled.code !== 0 && NO_RUNTIME.test(compiled.stderr);
    await t.step({
      name: "and runs without Deno",
      ignore: isMissing,
      async fn() {
        assertEquals(compiled.code, 0, compiled.stderr);
        const { stdout: help } = await cast(["--help"]);
        for (const [args, wanted] of [[["--version"], `${project.version}\n`], [["--help"], help]] as const) {
          const ran = await run(`${folder}/cast`, { args, folder });
          assertEquals([ran.code, ran.stdout], [0, wanted], ran.stderr);
        }
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
