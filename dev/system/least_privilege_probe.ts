/**
 * What somebody would try who got code into a program: run with a program's permissions and no others, it tries each and
 * prints how it went as JSON. Only for the test beside it.
 */
import { spawnSync } from "node:child_process";
import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import os from "node:os";

/** Tells what came of a try: an error's name and text, or "allowed" with what was seen. */
type Attempt = () => unknown;

/** Put together at run time, or Deno would find it before the program begins. */
const join = (...parts: string[]) => parts.join("");

const HOSTS = [
  "169.254.169.254:80", // where clouds hand out credentials
  "metadata.google.internal:80",
  "kubernetes.default.svc:443",
  "1.1.1.1:443",
  "example.com:443",
  "127.0.0.1:22",
  "127.0.0.1:6380", // beside the store's own port
  "localhost:9",
  "[::1]:5433",
];

const FILES = [
  "/etc/passwd",
  "/proc/self/environ",
  "/proc/self/cmdline",
  "/var/run/secrets/kubernetes.io/serviceaccount/token",
  "/",
  "deno.json",
  "api/main.ts",
  ".env",
];

const NAMES = [
  "PATH",
  "HOME",
  "AWS_SECRET_ACCESS_KEY",
  "KUBERNETES_SERVICE_HOST",
  "CAST_SOMEBODY_ELSES",
  "PGPASSWORD",
];

const attempts: Record<string, Attempt> = {
  ...Object.fromEntries(HOSTS.map((host) => {
    const { hostname, port } = new URL(`tcp://${host}`);
    return [`connect to ${host}`, () => Deno.connect({ hostname, port: Number(port) })];
  })),
  "fetch the metadata address": () => fetch("http://169.254.169.254/latest/meta-data/"),
  "fetch by https": () => fetch("https://example.com/"),
  "open a web socket": () => new WebSocket("ws://127.0.0.1:9/"),
  "connect as Node does": () =>
    new Promise((resolve, reject) => connect(9, "127.0.0.1", () => resolve("connected")).on("error", reject)),
  "connect to a Unix socket": () => Deno.connect({ transport: "unix", path: "/var/run/docker.sock" }),
  "ask for a name": () => lookup("example.com"),
  "ask a name server": () => Deno.resolveDns("example.com", "TXT"),
  "listen on another port": () => Deno.listen({ port: 45_678 }),
  ...Object.fromEntries(FILES.map((path) => [`read ${path}`, () => read(path)])),
  "read as Node does": () => readFileSync("/etc/hostname"),
  "read its own source": () => Deno.readTextFileSync(new URL(import.meta.url)),
  "write to /tmp": () => Deno.writeTextFileSync("/tmp/cast-probe", "x"),
  "write into its folder": () => Deno.writeTextFileSync("probe.txt", "x"),
  "append to the lock file": () => Deno.writeTextFileSync("deno.lock", "", { append: true }),
  "make a temporary file": () => Deno.makeTempFileSync(),
  "remove its source": () => Deno.removeSync("api/main.ts"),
  "make a link": () => Deno.symlinkSync("/etc/passwd", "/tmp/cast-probe-link"),
  ...Object.fromEntries(NAMES.map((name) => [`see ${name}`, () => seeEnv(name)])),
  "see what it has set": () => (Deno.env.set("LD_PRELOAD", "/tmp/probe.so"), seeEnv("LD_PRELOAD")),
  "run a command": () => new Deno.Command("/bin/sh", { args: ["-c", "true"] }).outputSync(),
  "run Deno itself": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(),
  "run as Node does": () => runAsNode(),
  // Not itself, which Deno allows everyone, and harmlessly: who is not stopped is not changed by it.
  "signal a process": () => Deno.kill(1, "SIGCONT"),
  "load a library": () => Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }),
  "load an addon": () => createRequire(import.meta.url)("/tmp/probe.node"),
  "see who it runs as": () => Deno.uid(),
  "see the user's name": () => os.userInfo(),
  "see the network": () => Deno.networkInterfaces(),
  "see the kernel": () => Deno.osRelease(),
  "see the load": () => Deno.loadavg(),
  "see its home": () => os.homedir(),
  "ask for more": () => ask(),
  "import from the web": () => import(join("https", "://esm.sh/is-odd@3.0.1")),
  "import from anywhere": () => import(join("https", "://example.com/code.ts")),
  "import a package": () => import(join("npm", ":is-odd@3.0.1")),
  "import a package of JSR": () => import(join("jsr", ":@std/path@1.0.0")),
};

function read(path: string): unknown {
  return path === "/" ? [...Deno.readDirSync(path)] : Deno.readTextFileSync(path);
}

function seeEnv(name: string): unknown {
  const seen = [Deno.env.get(name), Deno.env.toObject()[name]].filter((text) => text !== undefined);
  if (seen.length === 0) throw new Error("absent");
  return seen;
}

function runAsNode(): unknown {
  const { error, status } = spawnSync("/bin/true");
  // Deno denies it without a word.
  if (error || status !== 0) throw error ?? new Error(`absent: nothing ran, status ${status}`);
  return status;
}

async function ask(): Promise<unknown> {
  const { state } = await Deno.permissions.request({ name: "run" });
  if (state !== "granted") throw new Error(`absent: ${state}`);
  return state;
}

async function outcomeOf(attempt: Attempt): Promise<string> {
  try {
    await attempt();
    return "allowed";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) outcomes[name] = await outcomeOf(attempt);
console.log(JSON.stringify(outcomes));
Deno.exit(0);
