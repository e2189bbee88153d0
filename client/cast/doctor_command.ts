/** `cast doctor`: looks at every part, says what is wrong and how to mend it. It changes nothing and shows no password. */
import { Command } from "commander";
import type { Environment } from "../../shared/config/parse.ts";
import { apiUrl } from "./settings.ts";
import { doctorSettings, readDoctorConfig } from "../doctor/config.ts";
import { examine } from "../doctor/doctor.ts";
import type { Finding, Level } from "../doctor/finding.ts";
import { type ApiAddress, castSettings, readApiAddress } from "./config.ts";
import { type CastContext, type ExitCode, UsageError } from "./context.ts";
import type { Screen, Style } from "./screen.ts";

interface Options {
  readonly api?: string;
  readonly json?: boolean;
}

const STYLES: Readonly<Record<Level, Style>> = { ok: "green", warn: "yellow", fail: "red", skipped: "dim" };

export function doctorCommand(context: CastContext, end: (code: ExitCode) => void): Command {
  return new Command("doctor").description("Check every part: what is wrong, and how to mend it")
    .option("--api <url>", "the API (CAST_API_URL, or that of deno task dev)")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nLooks at what CAST_API_URL, CAST_REDIS_URL, CAST_KAFKA_BROKERS and CAST_POSTGRES_URL name, or at a running\n" +
        "deno task dev, and says what it skipped. Exits with 1 when something fails, not for warnings.",
    )
    .action(async (options: Options) => end(await run(context, options)));
}

async function run(context: CastContext, options: Options): Promise<ExitCode> {
  const { screen, signal } = context;
  // All at once: an API of deno task dev beside stores of somebody else would be no system.
  const dev = options.api === undefined;
  const found = context.environment({ ...castSettings, ...doctorSettings, apiUrl }, { dev });
  const api = apiOf(found, options.api);
  const config = readDoctorConfig(found);
  if (!api && !config.redis && !config.kafka && !config.postgres) {
    throw new UsageError(
      "Name what to look at (--api, CAST_REDIS_URL, …), or start deno task dev in this folder",
    );
  }
  const findings = await examine({
    ...{ config, api, signal },
    nowMs: () => Date.now(),
    begun: (part) => screen.status(`looking at ${part}`),
  });
  screen.status("");
  const isWell = findings.every(({ level }) => level !== "fail");
  if (options.json) screen.print(JSON.stringify({ isWell, findings }));
  else for (const line of findingLines(findings, screen)) screen.print(line);
  return isWell ? 0 : 1;
}

function apiOf(found: Environment, option: string | undefined): ApiAddress | undefined {
  const isNamed = option !== undefined ||
    [apiUrl.name, castSettings.apiPort.name].some((name) => found[name]);
  return isNamed ? readApiAddress({ environment: () => found }, option) : undefined;
}

/** Exported for its test. */
export function findingLines(findings: readonly Finding[], { paint }: Pick<Screen, "paint">): string[] {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const lines = findings.flatMap(({ part, check, level, says, mend }) => [
    `${paint(STYLES[level], level.padEnd(7))}  ${part.padEnd(8)}  ${check}: ${says}`,
    ...(mend === undefined ? [] : [`${" ".repeat(19)}${paint("bold", mend)}`]),
  ]);
  return [
    ...lines,
    `${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} wrong, ${count("skipped")} skipped`,
  ];
}
