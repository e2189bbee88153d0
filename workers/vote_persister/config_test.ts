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
    CAST_CANDIDATES_FILE: "a b",
    CAST_VOTER_VOTES_MAX: "-1",
    CAST_VOTER_WINDOW_MS: "1",
    CAST_REDIS_CA_FILE: "a b",
    CAST_KAFKA_TLS: "yes",
    CAST_KAFKA_CA_FILE: "a,b",
    CAST_KAFKA_SASL: "any",
    CAST_KAFKA_USERNAME: "a b",
    CAST_POSTGRES_CA_FILE: "a b",
  });
  const named = problems.map((problem) => problem.match(/CAST_[A-Z_]+/)?.[0]).sort();
  // Any text is a password.
  const mayBeWrong = Object.values(persisterSettings).map(({ name }) => name).filter((name) =>
    name !== "CAST_KAFKA_PASSWORD"
  );
  assertEquals(named, mayBeWrong.sort());
  assert(!problems.join().includes("hidden-password"));
});

Deno.test("parsePersisterConfig() refuses an empty value instead of taking the fallback", () => {
  for (const { name } of Object.values(persisterSettings).filter(({ fallback }) => fallback !== "")) {
    const [problem, ...others] = problemsOf({ ...COMPLETE, [name]: "" });
    assertStringIncludes(problem ?? "", `Set ${name}`);
    assertEquals(others, []);
  }
});

Deno.test("parsePersisterConfig() returns a frozen config", () => {
  const result = parsePersisterConfig(COMPLETE);
  assert(result.ok && Object.isFrozen(result.config));
});
