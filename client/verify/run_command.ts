/** Runs one command on Redis and Postgres, and closes what it opened. */
import type { Logger } from "../../shared/log/logger.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { createRedisClient, type RedisClient } from "../../shared/redis/client.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { type Acceptance, acceptForgotten, acceptHoles } from "./accept_loss.ts";
import type { Command } from "./arguments.ts";
import type { VerifyConfig } from "./config.ts";
import { describeAcceptance, describeRepair, describeReport } from "./describe.ts";
import { type Repair, repair } from "./repair.ts";
import type { VerifyReport } from "./report.ts";
import { verify, type VerifyOptions } from "./verify.ts";

export type VerifyCommand = Command & { readonly kind: "verify" };

export interface CommandContext {
  readonly config: VerifyConfig;
  readonly write: (line: string) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** What was done, in order: a report before, what was decided on it, a report after. */
interface Outcome {
  readonly before?: VerifyReport;
  readonly acceptance?: Acceptance;
  readonly repair?: Repair;
  /** The one that counts. */
  readonly report: VerifyReport;
}

const SHARD = 0;
/** The script that reads a whole tally may take seconds. */
const COMMAND_TIMEOUT_MS = 60_000;
const CONNECT_MS_MAX = 5000;

/** Returns the exit code. Throws where a store does not answer. */
export async function runCommand(command: VerifyCommand, context: CommandContext): Promise<0 | 1 | 2> {
  const { config, log, write, signal } = context;
  const redis = createRedisClient({
    url: config.redisUrl,
    caFile: config.redisCaFile,
    log,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
  });
  const pool = createPostgresPool({
    url: config.postgresUrl,
    caFile: config.postgresCaFile,
    schema: config.postgresSchema,
    connectionsMax: 2,
    log,
  });
  try {
    await connect(redis, signal);
    const keys = shardKeys({ prefix: config.redisPrefix, shard: SHARD });
    const { waitMsMax } = command;
    const outcome = await act(command, { redis, pool, keys, shard: SHARD, waitMsMax, signal, log });
    for (const line of command.json ? [toJson(outcome)] : toLines(outcome)) write(line);
    return exitCode(outcome);
  } finally {
    await redis.close();
    await pool.end();
  }
}

async function connect(redis: RedisClient, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(CONNECT_MS_MAX);
  try {
    await redis.whenConnected(AbortSignal.any([signal, late]));
  } catch (error) {
    if (!late.aborted) throw error;
    throw new Error(`Reach Redis: not connected after ${CONNECT_MS_MAX} ms`, { cause: error });
  }
}

async function act({ action }: VerifyCommand, options: VerifyOptions): Promise<Outcome> {
  switch (action.kind) {
    case "look":
      return { report: await verify(options) };
    case "accept_loss":
      return await acceptLoss(action.loss, options);
    case "repair": {
      const before = await verify(options);
      const done = await repair(options, before);
      return done.kind === "restored"
        ? { before, repair: done, report: done.after }
        : { repair: done, report: before };
    }
    default:
      throw new Error(`Run ${action satisfies never}: wanted a known action`);
  }
}

async function acceptLoss(
  loss: (VerifyCommand["action"] & { kind: "accept_loss" })["loss"],
  options: VerifyOptions,
): Promise<Outcome> {
  if (loss.kind === "forgotten") {
    // First: no shard opens, and no look is settled, before it was accepted.
    const acceptance = await acceptForgotten(options.pool);
    return { acceptance, report: await verify(options) };
  }
  const before = await verify(options);
  const acceptance = await acceptHoles(options.pool, { report: before, loss });
  if (acceptance.kind === "acceptance_refused") return { acceptance, report: before };
  return { before, acceptance, report: await verify(options) };
}

function exitCode({ report, acceptance }: Outcome): 0 | 1 | 2 {
  if (!report.agrees) return 1;
  // All is well, so what was named does not need to be accepted, or is not there.
  return acceptance?.kind === "acceptance_refused" ? 2 : 0;
}

function toLines({ before, acceptance, repair, report }: Outcome): string[] {
  const acted = [
    ...(acceptance ? describeAcceptance(acceptance) : []),
    ...(repair ? describeRepair(repair) : []),
  ];
  return before
    ? [...describeReport(before), ...acted, ...describeReport(report)]
    : acceptance?.kind === "forgotten_accepted"
    ? [...acted, ...describeReport(report)]
    : [...describeReport(report), ...acted];
}

/** The report that counts, on one line, and beside it what was done. */
function toJson({ acceptance, repair, report }: Outcome): string {
  const done = repair?.kind === "restored" ? { kind: repair.kind, epoch: repair.epoch } : repair;
  return JSON.stringify({ ...report, acceptance, repair: done });
}
