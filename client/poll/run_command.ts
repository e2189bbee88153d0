/** Runs one command on Postgres, and closes what it opened. Returns the exit code. */
import type { Logger } from "../../shared/log/logger.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import type { Command } from "./arguments.ts";
import { change } from "./change.ts";
import type { PollConfig } from "./config.ts";
import { describeOutcome, describeStatus } from "./describe.ts";
import { readStatus } from "./status.ts";

export interface CommandContext {
  readonly config: PollConfig;
  readonly write: (line: string) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export type StoreCommand = Exclude<Command, { kind: "help" }>;

/** SQLSTATE of a table that is not there. */
const NO_TABLE = "42P01";

/** Throws when Postgres does not do its part. */
export async function runCommand(
  command: StoreCommand,
  { config, write, log, signal }: CommandContext,
): Promise<0 | 1> {
  const { postgresUrl: url, postgresCaFile: caFile, postgresSchema: schema } = config;
  const pool = createPostgresPool({ url, caFile, schema, connectionsMax: 1, log });
  const say = (result: unknown, lines: readonly string[]) =>
    command.json ? write(JSON.stringify(result)) : lines.forEach(write);
  try {
    switch (command.kind) {
      case "status": {
        const status = await readStatus(pool);
        say(status, describeStatus(status));
        return status.applied ? 0 : 1;
      }
      case "change": {
        const { action, waitMsMax } = command;
        const outcome = await change(pool, { action, waitMsMax, signal });
        const { kind, status } = outcome;
        say({ outcome: kind, ...status }, describeOutcome(outcome, action));
        return kind === "applied" ? 0 : 1;
      }
      default:
        throw new Error(`Run ${command satisfies never}: wanted a known command`);
    }
  } catch (error) {
    if ((error as { code?: unknown })?.code !== NO_TABLE) throw error;
    throw new Error("Migrate Postgres first, by deno task prepare or by a vote persister: there is no poll", {
      cause: error,
    });
  } finally {
    await pool.end();
  }
}
