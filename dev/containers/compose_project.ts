/**
 * One Compose project of the smoke test: compose.yaml under a name and on ports of its own, so that it disturbs no other
 * and leaves nothing behind.
 */
import { fileURLToPath } from "node:url";
import { runClient } from "../stack/run_client.ts";

const COMPOSE_FILE = fileURLToPath(new URL("../../compose.yaml", import.meta.url));
const INSTALL = "install Docker with Compose";

export interface ComposeProject {
  /** Runs `docker compose <args>` and answers with what it printed. */
  run(args: readonly string[]): Promise<string>;
  /** What the engine says of a service's container. */
  inspect(service: string): Promise<ContainerState>;
  /** The JSON value that a statement gives. */
  query<T>(sql: string): Promise<T>;
  redis(args: readonly string[]): Promise<string>;
}

export interface ContainerState {
  readonly StartedAt: string;
  readonly Running: boolean;
  readonly ExitCode: number;
}

export function createComposeProject(
  { name, environment }: { name: string; environment: Record<string, string> },
): ComposeProject {
  const run = (args: readonly string[]) =>
    runClient("docker", {
      action: `Run "docker compose ${args.join(" ")}"`,
      args: ["compose", "--file", COMPOSE_FILE, "--project-name", name, "--progress", "quiet", ...args],
      install: INSTALL,
      environment,
    });
  return {
    run,
    async inspect(service) {
      const id = await run(["ps", "--all", "--quiet", service]);
      const printed = await runClient("docker", {
        action: `Inspect the container of ${service}`,
        args: ["inspect", "--format", "{{json .State}}", id],
        install: INSTALL,
      });
      return JSON.parse(printed) as ContainerState;
    },
    async query<T>(sql: string): Promise<T> {
      const psql = [
        "psql",
        "--username=cast",
        "--dbname=cast",
        "--tuples-only",
        "--no-align",
        "--command",
        sql,
      ];
      return JSON.parse(await run(["exec", "--no-TTY", "postgres", ...psql])) as T;
    },
    redis: (args) => run(["exec", "--no-TTY", "redis", "redis-cli", ...args]),
  };
}
