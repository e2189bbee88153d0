/**
 * Redis as a native process, with the durability that the promises of CAST are made for.
 */
import { join } from "node:path";
import type { EmbeddedContext, PreparedStore } from "./embedded.ts";
import { LOOPBACK } from "./ports.ts";
import { redisAnswers } from "./redis_probe.ts";
import { createServer } from "./server.ts";

/** With a name and a port of its own, one can run beside another of the same run. */
export async function prepareRedis(
  context: EmbeddedContext,
  options: { redisServer: string; name?: string; port?: number },
): Promise<PreparedStore> {
  const { redisServer, name = "redis" } = options;
  const folder = join(context.runFolder, name);
  await Deno.mkdir(folder, { recursive: true });
  const port = options.port ?? context.ports.claim(0);
  const configPath = join(folder, "redis.conf");
  await Deno.writeTextFile(configPath, redisConfig({ folder, port }));
  const server = createServer({
    name,
    command: redisServer,
    args: [configPath],
    environment: context.environment,
    logPath: join(context.logFolder, `${name}.log`),
    pidFolder: context.pidFolder,
    workingFolder: folder,
    stopSignal: "SIGTERM",
    stopDeadlineMs: 10_000,
    startAttemptsMax: 1,
    isReady: (pid) => redisAnswers(port, pid),
    signal: context.signal,
  });
  return { address: `redis://${LOOPBACK}:${port}`, ports: [port], server };
}

/** The configuration file; Redis reads quoted words as JSON writes them. */
export function redisConfig(options: { folder: string; port: number }): string {
  return [
    `bind ${LOOPBACK}`,
    `port ${options.port}`,
    `dir ${JSON.stringify(options.folder)}`,
    "appendonly yes",
    "appendfsync always",
    "maxmemory-policy noeviction",
    // The append-only file holds everything; a snapshot beside it would only cost time.
    'save ""',
    "daemonize no",
    "loglevel notice",
    "",
  ].join("\n");
}
