/**
 * Least privilege that is real: a probe is started in the place of each program, with exactly its permissions, and each of
 * some sixty things that it has no business with must be denied.
 */
import { assert, assertEquals } from "@std/assert";
import type { Settings } from "../../shared/config/parse.ts";
import { permissionFlags } from "../../shared/config/permissions.ts";

const ROOT = new URL("../../", import.meta.url);
const PROBE = new URL("./least_privilege_probe.ts", import.meta.url);
/** Of Deno itself; `EPERM` is how Node's modules say it, and the rest are for code that would have to be fetched. */
const DENIED = [
  /^NotCapable: /,
  /^Error: absent/,
  /EPERM/,
  /Requires import access/,
  /--no-remote is specified/,
  /--cached-only is specified/,
  /lockfile is out of date/,
  /^PermissionDenied: /,
];
/** As a deployment gives it, and names that have nothing to do in a program. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  CAST_API_PORT: "18000",
  CAST_OPS_PORT: "18080",
  CAST_REDIS_URL: "rediss://cast:secret@127.0.0.1:6379",
  CAST_REDIS_CA_FILE: "/run/certificates/redis.pem",
  CAST_KAFKA_BROKERS: "127.0.0.1:9092",
  CAST_POSTGRES_URL_FILE: "/run/secrets/postgres",
  CAST_TICKET_KEYS_FILE: "/run/secrets/ticket_keys",
  CAST_CACHED_ONLY: "on",
  CAST_SOMEBODY_ELSES: "secret",
  AWS_SECRET_ACCESS_KEY: "secret",
  KUBERNETES_SERVICE_HOST: "10.0.0.1",
  PGPASSWORD: "secret",
};

/** Every program and command, by the folder of its `config.ts`. */
const FOLDERS = [
  "api",
  "workers/ticket_rotator",
  "workers/outbox_relay",
  "workers/vote_persister",
  "client/prepare",
  "client/verify",
  "client/dead_letters",
  "client/poll",
];

async function settingsOf(folder: string): Promise<Settings> {
  const module: Record<string, unknown> = await import(new URL(`${folder}/config.ts`, ROOT).href);
  const name = Object.keys(module).find((each) => each.endsWith("Settings") && each !== "edgeSettings");
  return module[name ?? ""] as Settings;
}

async function probe(flags: readonly string[]): Promise<Record<string, string>> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--quiet", "--no-check", ...flags, PROBE.href],
    cwd: ROOT,
    env: { ...ENVIRONMENT },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [printed, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(printed, complained);
  return JSON.parse(printed);
}

function allowedOf(outcomes: Record<string, string>): string[] {
  return Object.entries(outcomes)
    .filter(([, outcome]) => !DENIED.some((denied) => denied.test(outcome)))
    .map(([name, outcome]) => `${name}: ${outcome}`);
}

const isWindows = Deno.build.os === "windows";

for (const folder of FOLDERS) {
  Deno.test({
    name: `${folder} may connect, read, run and see nothing but what its settings name`,
    ignore: isWindows,
    async fn() {
      const outcomes = await probe(permissionFlags(await settingsOf(folder), ENVIRONMENT));
      assert(Object.keys(outcomes).length >= 50);
      assertEquals(allowedOf(outcomes), []);
    },
  });
}

Deno.test({
  name: "the probe sees what it may do where a program's permissions are wider",
  ignore: isWindows,
  async fn() {
    const flags = [
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      "--allow-run",
    ];
    const allowed = allowedOf(await probe(flags)).map((each) => each.split(": ")[0]);
    const wanted = [
      "read /etc/passwd",
      "read its own source",
      "see PATH",
      "see who it runs as",
      "run a command",
      "run as Node does",
    ];
    assertEquals(wanted.filter((each) => !allowed.includes(each)), []);
  },
});

Deno.test("every program and command is started by its task alone, with what its permissions.ts prints", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  for (const folder of FOLDERS) {
    const name = folder.split("/").at(-1)?.replaceAll("_", "-") ?? "";
    const print = `$(deno run --frozen --quiet --allow-env --allow-read ${folder}/permissions.ts)`;
    const quiet = folder.startsWith("client/") ? " --quiet" : "";
    assertEquals(tasks[name].command, `deno run --frozen${quiet} ${print} ${folder}/main.ts`);
  }
  const dockerfile = await Deno.readTextFile(new URL("Dockerfile", ROOT));
  assert(dockerfile.includes('ENTRYPOINT ["/tini", "--", "deno", "task", "--quiet"]'));
  assert(dockerfile.includes("ENV CAST_CACHED_ONLY=on"));
});
