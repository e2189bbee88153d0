/**
 * `deno task load`: votes at a rate against a running system, or one of its own, then holds what is stored to what the
 * voters were told. Exits with 0 when every accepted vote is stored once, 1 when one is not or none was accepted, 2 for
 * wrong use.
 */
import process from "node:process";
import { pino } from "pino";
import { createLogger } from "../../shared/log/logger.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { launch } from "../stack/launcher.ts";
import { SetupError } from "../stack/setup_error.ts";
import { ArgumentsError, type LoadArguments, parseLoadArguments, perSecondMax, USAGE } from "./arguments.ts";
import { parseLoadConfig } from "./config.ts";
import { findMax, type MaxReport } from "./find_max.ts";
import { type MemoryRow, watchMemory } from "./memory.ts";
import { startOwnSystem } from "./own_system.ts";
import { runText } from "../../client/load/report.ts";
import { maxText } from "./max_text.ts";
import { runLoad, type RunReport, type Target } from "../../client/load/run_load.ts";
import { judgeRun } from "../../client/load/verdict.ts";

type ExitCode = 0 | 1 | 2;

/**
 * Programs that have just begun are slow until their code is compiled, which the bench `cold_start` measures. Votes of the
 * warm-up are audited, and are in no table.
 */
const WARM_UP_SECONDS = 20;

interface Session {
  readonly args: LoadArguments;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

async function main(signal: AbortSignal): Promise<ExitCode> {
  // kafkajs sets timers to the past, which is harmless and said often.
  process.removeAllListeners("warning");
  try {
    const args = parseLoadArguments(Deno.args);
    if (args.kind === "help") {
      console.log(USAGE);
      return 0;
    }
    const session = { args, signal, say: sayWith() };
    return args.own ? await runOwn(session) : await runAgainst(session);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ArgumentsError) console.error(`${error.message}\n\n${USAGE}`);
    else console.error(error instanceof SetupError ? error.message : error);
    return error instanceof ArgumentsError || error instanceof SetupError ? 2 : 1;
  }
}

async function runAgainst(session: Session): Promise<ExitCode> {
  const { args } = session;
  const parsed = parseLoadConfig(Deno.env.toObject());
  if (!parsed.ok) {
    throw new SetupError(
      ["Start deno task dev, name its Postgres, or use --own:", ...parsed.problems].join("\n"),
    );
  }
  const { postgresUrl: url, postgresCaFile: caFile, postgresSchema: schema, logLevel: level, apiPort } =
    parsed.config;
  const log = createLogger({ program: "load", level, destination: pino.destination({ fd: 2, sync: true }) });
  const pool = createPostgresPool({ url, caFile, schema, connectionsMax: 2, log });
  const origins = args.apis.length > 0 ? args.apis : [`http://127.0.0.1:${apiPort}`];
  try {
    const report = await runLoad({
      ...common(session, { pool, urls: origins.map((origin) => `${origin}/graphql`) }),
      perSecond: args.perSecond,
    });
    return finish(session, { steps: [report], memory: [] });
  } finally {
    await pool.end();
  }
}

async function runOwn(session: Session): Promise<ExitCode> {
  const { args, signal, say } = session;
  await using system = await startOwnSystem({ environment: Deno.env.toObject(), signal, say });
  say(`Redis: ${system.redis}`);
  const options = common(session, system.target);
  say("warming up");
  const warmUp = await runLoad({ ...options, seconds: WARM_UP_SECONDS, perSecond: args.perSecond });
  if (!judgeRun(warmUp).kept) return finish(session, { steps: [warmUp], memory: [] });
  if (args.findMax) {
    const run = async (perSecond: number) => {
      const report = await runLoad({ ...options, perSecond });
      const { held, sustained, missed } = judgeRun(report);
      const end = held ? "held" : sustained ? "sustained, not held" : "not sustained";
      say([`${perSecond} votes/s: ${end}`, ...missed].join("; "));
      return report;
    };
    const bounds = { perSecond: args.perSecond, perSecondMax: perSecondMax(args.seconds) };
    const highest = await findMax(run, bounds);
    return finish(session, { steps: highest.steps, memory: [], highest });
  }
  const watch = watchMemory(system.memory, signal);
  let memory: readonly MemoryRow[] = [];
  // The audit reads every row, which is no part of what the level is judged by.
  const beforeAudit = async () => void (memory = await watch.finish());
  const report = await runLoad({ ...options, perSecond: args.perSecond, beforeAudit });
  return finish(session, { steps: [report], memory });
}

function common({ args, signal, say }: Session, target: Target) {
  return { target, seconds: args.seconds, names: args.names, signal, say };
}

function finish(
  { args }: Session,
  { steps, memory, highest }: {
    steps: readonly RunReport[];
    memory: readonly MemoryRow[];
    highest?: MaxReport;
  },
): ExitCode {
  const verdicts = steps.map((step) => judgeRun(step, memory));
  if (args.json) {
    const runs = steps.map((step, index) => ({ ...step, verdict: verdicts[index] }));
    const { steps: _, ...found } = highest ?? {};
    console.log(JSON.stringify({ runs, memory, ...found }));
  } else {
    for (const step of steps) console.log(runText(step, memory));
    if (highest) console.log(maxText(highest, args.seconds));
  }
  if (verdicts.some(({ kept }) => !kept)) return 1;
  const isMissed = highest ? highest.highestHeld === 0 : verdicts.some(({ missed }) => missed.length > 0);
  return args.strict && isMissed ? 1 : 0;
}

/** Progress goes to standard error, so that standard output holds the result alone. */
function sayWith(): (text: string) => void {
  const begunAt = performance.now();
  return (text) =>
    console.error(`${((performance.now() - begunAt) / 1000).toFixed(0).padStart(5)} s  ${text}`);
}

if (import.meta.main) await launch(main);
