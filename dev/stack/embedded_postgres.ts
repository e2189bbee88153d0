/**
 * Postgres as a native process, reachable over TCP on the loopback interface alone, with a password of its own since other
 * users of the machine can reach that too.
 */
import { dirname, join } from "node:path";
import type { EmbeddedContext, PreparedStore } from "./embedded.ts";
import { exists, removeIfThere } from "./fetch_once.ts";
import { LOOPBACK } from "./ports.ts";
import type { PostgresHome } from "./postgres_home.ts";
import { runClient } from "./run_client.ts";
import { createServer } from "./server.ts";

const USER = "cast";
const DATABASE = "cast";
const CONNECTIONS_MAX = 200;
/** The line of postmaster.pid that tells how far it is. */
const STATUS_LINE = 7;

export interface PreparedPostgres extends PreparedStore {
  /** The data folder. */
  data: string;
}

export async function preparePostgres(
  context: EmbeddedContext,
  home: PostgresHome & { settings?: string[] },
): Promise<PreparedPostgres> {
  const cluster = join(home.folder, "cluster");
  if (!await exists(cluster)) await initialize(home, { cluster, environment: context.environment });
  const data = join(cluster, "data");
  const password = await Deno.readTextFile(join(cluster, "password"));
  const port = context.ports.claim(2);
  const server = createServer({
    name: "postgres",
    command: join(home.binaries, "bin", "postgres"),
    args: [
      "-D",
      data,
      ...[...postgresSettings(port), ...home.settings ?? []].flatMap((setting) => ["-c", setting]),
    ],
    environment: context.environment,
    user: home.user,
    logPath: join(context.logFolder, "postgres.log"),
    pidFolder: context.pidFolder,
    workingFolder: home.folder,
    // A fast shutdown: sessions are ended, nothing is lost.
    stopSignal: "SIGINT",
    stopDeadlineMs: 20_000,
    // It refuses to start while a backend of its killed predecessor has not noticed yet; that one is soon gone.
    startAttemptsMax: 8,
    isReady: (pid) => isPostmasterReady(data, pid),
    signal: context.signal,
  });
  const address = `postgres://${USER}:${password}@${LOOPBACK}:${port}/${DATABASE}`;
  return { address, ports: [port], server, data };
}

export function postgresSettings(port: number): string[] {
  return [
    `listen_addresses=${LOOPBACK}`,
    `port=${port}`,
    "unix_socket_directories=",
    `max_connections=${CONNECTIONS_MAX}`,
    "fsync=on",
    "log_checkpoints=off",
  ];
}

/** Makes the cluster and its database, aside and renamed, so that a half made one is never used. */
async function initialize(
  home: PostgresHome,
  options: { cluster: string; environment: Record<string, string> },
): Promise<void> {
  const part = `${options.cluster}.part`;
  await removeIfThere(part);
  await Deno.mkdir(part);
  // Whatever the umask says: the user that Postgres runs as goes through it.
  await Deno.chmod(part, 0o755);
  const passwordPath = join(part, "password");
  await Deno.writeTextFile(passwordPath, crypto.getRandomValues(new Uint8Array(16)).toHex(), { mode: 0o600 });
  const data = join(part, "data");
  await Deno.mkdir(data, { mode: 0o700 });
  if (home.user) {
    await Deno.chown(passwordPath, home.user.uid, home.user.gid);
    await Deno.chown(data, home.user.uid, home.user.gid);
  }
  const client = {
    environment: options.environment,
    install: "remove .cast/fetched, which is damaged",
    workingFolder: dirname(data),
    user: home.user,
  };
  await runClient(join(home.binaries, "bin", "initdb"), {
    ...client,
    action: "Make the Postgres cluster",
    args: [
      ...["--pgdata", data, "--username", USER, "--pwfile", passwordPath],
      ...["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin"],
      // The same on every machine, whatever locales it has.
      ...["--locale", "C", "--builtin-locale", "C.UTF-8", "--no-instructions"],
      // A cluster lost to a power cut in its first half minute is made again.
      "--no-sync",
    ],
  });
  await runClient(join(home.binaries, "bin", "postgres"), {
    ...client,
    action: "Make the Postgres database",
    // Without that setting it would say that it failed and succeed all the same.
    args: ["--single", "-c", "exit_on_error=on", "-D", data, "postgres"],
    // Quoted: CAST is a word of SQL.
    stdin: `create database "${DATABASE}";\n`,
  });
  await Deno.rename(part, options.cluster);
}

/** Postgres itself writes how far it is, and a predecessor's file does not hold our pid. */
async function isPostmasterReady(data: string, pid: number): Promise<boolean> {
  try {
    const lines = (await Deno.readTextFile(join(data, "postmaster.pid"))).split("\n");
    return lines[0] === `${pid}` && lines[STATUS_LINE]?.trim() === "ready";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
