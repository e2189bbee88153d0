/** Looks at every part of which an address is known, one after the other, and says of each whether it is well. */
import type { ParseResult } from "../../shared/config/parse.ts";
import { checkApi } from "./api_checks.ts";
import { type ClockSample, judgeClocks } from "./clock_sample.ts";
import type { DoctorConfig } from "./config.ts";
import { createNotes, type Finding, type Notes, type Part } from "./finding.ts";
import { checkKafka } from "./kafka_checks.ts";
import { checkPostgres } from "./postgres_checks.ts";
import { checkRedis } from "./redis_checks.ts";

export interface DoctorOptions {
  readonly config: DoctorConfig;
  /** Undefined: no address was given. */
  readonly api: { readonly url: URL; readonly token: string | undefined } | undefined;
  /** This machine's clock. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** Told of each part before it is looked at. */
  readonly begun: (part: Part) => void;
}

export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const { config, api, nowMs, signal, begun } = options;
  const findings: Finding[] = [];
  const clocks: (ClockSample | undefined)[] = [];
  const notesOf = (part: Part) => {
    signal.throwIfAborted();
    begun(part);
    return createNotes(part, findings);
  };

  const apiNotes = notesOf("api");
  if (api) clocks.push(await checkApi({ ...api, signal, nowMs }, apiNotes));
  else apiNotes.skipped("everything", "no address: --api or CAST_API_URL");

  const redis = notesOf("redis");
  const redisConfig = usable(config.redis, { notes: redis, setting: "CAST_REDIS_URL" });
  if (redisConfig) clocks.push(await checkRedis(redisConfig, { notes: redis, signal, nowMs }));

  const kafka = notesOf("kafka");
  const kafkaConfig = usable(config.kafka, { notes: kafka, setting: "CAST_KAFKA_BROKERS" });
  const ends = kafkaConfig ? await checkKafka(kafkaConfig, kafka) : undefined;

  const postgres = notesOf("postgres");
  const postgresConfig = usable(config.postgres, { notes: postgres, setting: "CAST_POSTGRES_URL" });
  if (postgresConfig) {
    clocks.push(await checkPostgres(postgresConfig, { notes: postgres, nowMs, kafka: ends }));
  }

  judgeClocks(clocks.filter((sample) => sample !== undefined), notesOf("clocks"));
  return findings;
}

function usable<Config>(
  parsed: ParseResult<Config> | undefined,
  { notes, setting }: { notes: Notes; setting: string },
): Config | undefined {
  if (parsed === undefined) {
    notes.skipped("everything", `no address: ${setting}`);
    return undefined;
  }
  if (parsed.ok) return parsed.config;
  for (const problem of parsed.problems) {
    notes.fail("settings", { says: problem, mend: "See docs/operations.md#settings" });
  }
  return undefined;
}
