import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Environment } from "../../shared/config/parse.ts";
import { parsePersisterConfig, persisterSettings } from "./config.ts";

const COMPLETE: Environment = {
  CAST_REDIS_URL: "redis://redis.test",
  CAST_KAFKA_BROKERS: "kafka.test:9092",
  CAST_POSTGRES_URL: "postgres://cast:hidden-password@postgres.test/cast",
};

function problemsOf(environment: Environment): readonly string[] {
  const result = parsePersisterConfig(environment);
  return result.ok ? [] : result.problems;
}

Deno.test("parsePersisterConfig() takes the fallbacks of everything that has one", () => {
  const result = parsePersisterConfig(COMPLETE);
  assert(result.ok);
  const { opsPort, logLevel, redisPrefix, kafkaTopic, kafkaReplicas, postgresSchema, requestLifeMs } =
    result.config;
  assertEquals([opsPort, logLevel, redisPrefix, postgresSchema], [8084, "info", "cast", "public"]);
  assertEquals([kafkaTopic, kafkaReplicas, requestLifeMs], ["cast.votes", 1, 120_000]);
});

Deno.test("parsePersisterConfig() names every missing and malformed setting at once, and no password", () => {
  const problems = problemsOf({
    CAST_OPS_PORT: "8084 ",
    CAST_LOG_LEVEL: "INFO",
    CAST_REDIS_PREFIX: "a b",
    CAST_KAFKA_TOPIC: "",
    CAST_KAFKA_REPLICAS: "three",
    CAST_POSTGRES_URL: "mysql://cast:hidden-password@postgres.test",
    CAST_POSTGRES_SCHEMA: 'public"; drop',
    CAST_REQUEST_LIFE_MS: "999",
  });
  const named = problems.map((problem) => problem.match(/CAST_[A-Z_]+/)?.[0]).sort();
  assertEquals(named, Object.values(persisterSettings).map(({ name }) => name).sort());
  assert(!problems.join().includes("hidden-password"));
});

Deno.test("parsePersisterConfig() refuses an empty value instead of taking the fallback", () => {
  for (const { name } of Object.values(persisterSettings)) {
    const [problem, ...others] = problemsOf({ ...COMPLETE, [name]: "" });
    assertStringIncludes(problem ?? "", `Set ${name}`);
    assertEquals(others, []);
  }
});

Deno.test("parsePersisterConfig() returns a frozen config", () => {
  const result = parsePersisterConfig(COMPLETE);
  assert(result.ok && Object.isFrozen(result.config));
});
