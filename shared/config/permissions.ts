/**
 * What a program may do, derived from the settings it reads: it listens on its ports, connects to its stores, reads
 * its mounted secrets, and nothing else. `deno task <program>` starts it with exactly these flags.
 */
import type { Environment, Settings } from "./parse.ts";
import type { Setting } from "./setting.ts";

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  "redis:": "6379",
  "rediss:": "6379",
  "postgres:": "5432",
  "postgresql:": "5432",
  "https:": "443",
  "http:": "80",
};

/**
 * Set by the image, where every package is in the cache already: then nothing is ever fetched, neither when the program
 * starts nor by code that got into it. Elsewhere the first start fetches what the lock file names.
 */
const CACHED_ONLY = "CAST_CACHED_ONLY";

export interface PermissionOptions {
  /** Reads a mounted secret: an address that is given as a file is still one to connect to. */
  readonly readFile?: (path: string) => string;
}

/**
 * Returns the flags for `deno run`, in a stable order. A value that its setting refuses gives no permission, so that
 * Deno starts the program, which then reports every problem itself.
 */
export function permissionFlags(
  settings: Settings,
  environment: Environment,
  { readFile = Deno.readTextFileSync }: PermissionOptions = {},
): string[] {
  const all = Object.values(settings);
  const addresses = all.flatMap((setting) => addressesOf(setting, textOf(setting, environment, readFile)));
  const files = all.map((setting) => fileOf(setting, environment)).filter((path) => path !== undefined);
  return [
    "--no-prompt",
    // Deno refuses the flag without an address.
    ...(addresses.length > 0 ? [`--allow-net=${[...new Set(addresses)].join(",")}`] : []),
    // What is not the program's own reads as absent: pg, ioredis and kafkajs ask for dozens of names and need none.
    `--allow-env=${all.flatMap(namesOf).sort().join(",")}`,
    "--ignore-env",
    // Deno lets any program import code from a few well-known hosts, whatever --allow-net and --deny-import say.
    "--no-remote",
    ...(environment[CACHED_ONLY] === "on" ? ["--cached-only"] : []),
    // pino asks for it when it is imported, though no line of ours carries it.
    "--allow-sys=hostname",
    ...(files.length > 0 ? [`--allow-read=${files.join(",")}`] : []),
  ];
}

/** Of the environment; one that is secret may be given as a file. */
function namesOf({ name, secret }: Setting<unknown>): string[] {
  return secret ? [name, `${name}_FILE`] : [name];
}

function fileOf(setting: Setting<unknown>, environment: Environment): string | undefined {
  if (setting.use === "read_file") return pathOf(environment[setting.name] ?? setting.fallback);
  return pathOf(setting.secret ? environment[`${setting.name}_FILE`] : undefined);
}

function pathOf(path: string | undefined): string | undefined {
  // A comma would end the path in the flag and begin another one, a space would end the flag.
  return path === "" || /[,\s]/.test(path ?? "") ? undefined : path;
}

function textOf(
  setting: Setting<unknown>,
  environment: Environment,
  readFile: (path: string) => string,
): string | undefined {
  const text = environment[setting.name] ?? setting.fallback;
  const path = fileOf(setting, environment);
  if ((text !== undefined && text !== "") || path === undefined) return text;
  try {
    return readFile(path).trim();
  } catch {
    return undefined;
  }
}

function addressesOf(setting: Setting<unknown>, text: string | undefined): string[] {
  if (text === undefined || setting.use === "value" || setting.use === "read_file") return [];
  let value: unknown;
  try {
    value = setting.parse(text);
  } catch {
    return [];
  }
  if (value === undefined) return [];
  if (setting.use === "listen_port") return [`0.0.0.0:${value}`];
  if (setting.use === "connect_brokers") return [...value as readonly string[]];
  const url = value as URL;
  return [`${url.hostname}:${url.port || DEFAULT_PORTS[url.protocol]}`];
}
