/**
 * `cast load`: votes at a rate, whatever the API does, and how they ended; with a Postgres to read also what became of them.
 * Bounded in votes and time, and kept to this machine unless somebody says that another one is meant.
 */
import { Command } from "commander";
import { apiUrl } from "./settings.ts";
import { postgresUrl } from "../../shared/config/store_settings.ts";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { exportSettings as storeSettings, parseExportConfig as parseStoreConfig } from "../export/config.ts";
import { runText, sentText } from "../load/report.ts";
import { runLoad, type RunReport } from "../load/run_load.ts";
import { createLoad, type SentReport } from "../load/send_load.ts";
import { judgeRun } from "../load/verdict.ts";
import { isLoopback, readApiAddress } from "./config.ts";
import { type CastContext, type ExitCode, readWhole, UsageError } from "./context.ts";
import { createProgress, type Progress } from "./progress.ts";

interface Options {
  readonly api?: string;
  readonly rate: string;
  readonly seconds: string;
  readonly names: string;
  readonly audit: boolean;
  readonly allowRemote?: boolean;
  readonly json?: boolean;
}

interface Plan {
  readonly urls: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly names: number;
}

const RATE_MAX = 20_000;
const SECONDS_MAX = 3600;
const NAMES_MAX = 10_000;
/** One byte is kept of each vote, and its row is read at the end. */
const VOTES_MAX = 20_000_000;
const TICK_MS = 100;

export function loadCommand(context: CastContext, end: (code: ExitCode) => void): Command {
  return new Command("load")
    .description("Vote at a rate, and audit what is stored where a Postgres is named")
    .option("--api <url>", "the API (CAST_API_URL, or that of deno task dev)")
    .option("--rate <votes>", `votes due a second, up to ${RATE_MAX}`, "100")
    .option("--seconds <seconds>", `how long, up to ${SECONDS_MAX}`, "10")
    .option("--names <names>", "candidates, of this run alone", "100")
    .option("--no-audit", "do not read back from Postgres (CAST_POSTGRES_URL) what is stored")
    .option("--allow-remote", "allow an API on another machine: the votes are real, and stay")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExits with 0 when every vote was accepted, and stored once as far as that is audited; 1 when not.",
    )
    .action(async (options: Options) => end(await run(context, options)));
}

async function run(context: CastContext, options: Options): Promise<ExitCode> {
  const plan = readPlan(context, options);
  const progress = createProgress({
    ...{ screen: context.screen, what: "load", unit: "s", total: plan.seconds },
  });
  const begunMs = performance.now();
  const ticking = setInterval(() => progress.at(Math.floor((performance.now() - begunMs) / 1000)), TICK_MS);
  try {
    return await audited(context, { plan, options, progress });
  } finally {
    clearInterval(ticking);
    progress.end();
  }
}

/** Throws `UsageError`. */
function readPlan(context: CastContext, options: Options): Plan {
  const perSecond = readWhole(options.rate, { name: "--rate", min: 1, max: RATE_MAX });
  const seconds = readWhole(options.seconds, { name: "--seconds", min: 1, max: SECONDS_MAX });
  const names = readWhole(options.names, { name: "--names", min: 2, max: NAMES_MAX });
  if (perSecond * seconds > VOTES_MAX) {
    throw new UsageError(`Choose a shorter run: ${perSecond * seconds} votes, ${VOTES_MAX} at most`);
  }
  const { url } = readApiAddress(context, options.api);
  if (url.protocol !== "http:") throw new UsageError(`Name an API at http://: got ${url.origin}`);
  if (!isLoopback(url) && !options.allowRemote) {
    throw new UsageError(
      `Give --allow-remote to load ${url.host}: it is not this machine, and the votes are real and stay`,
    );
  }
  return { urls: [url.href], perSecond, seconds, names };
}

async function audited(
  context: CastContext,
  { plan, options, progress }: { plan: Plan; options: Options; progress: Progress },
): Promise<ExitCode> {
  const { environment, log, screen, signal } = context;
  // The Postgres of deno task dev is behind its own API alone.
  const dev = options.api === undefined;
  const found = options.audit ? environment({ ...storeSettings, apiUrl }, { dev }) : {};
  const parsed = found[postgresUrl.name] === undefined ? undefined : parseStoreConfig(found);
  // Before any vote: who names a Postgres wants an audit, and a run without one would pass for a good one.
  if (parsed?.ok === false) {
    throw new UsageError(["Correct what to audit with, or give --no-audit:", ...parsed.problems].join("\n"));
  }
  if (parsed === undefined) {
    using load = createLoad({ ...plan, signal });
    const report = await load.send();
    progress.end();
    tell(context, { report, options });
    if (options.audit) screen.complain("Not audited: name the Postgres behind the API by CAST_POSTGRES_URL");
    return report.accepted === report.due && report.due > 0 ? 0 : 1;
  }
  const { postgresUrl: url, postgresCaFile: caFile, postgresSchema: schema, logLevel: level } = parsed.config;
  const pool = createPostgresPool({
    url,
    caFile,
    schema,
    connectionsMax: 2,
    log: log({ program: "load", level }),
  });
  try {
    const report = await runLoad({ target: { urls: plan.urls, pool }, ...plan, signal, say: screen.status });
    progress.end();
    tell(context, { report, options });
    return judgeRun(report).kept && report.accepted === report.due ? 0 : 1;
  } finally {
    await pool.end();
  }
}

function tell(
  { screen }: CastContext,
  { report, options }: { report: SentReport | RunReport; options: Options },
): void {
  if (options.json) return screen.print(JSON.stringify(report));
  screen.print("findings" in report ? runText(report) : sentText(report));
}
