import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Environment } from "../../shared/config/parse.ts";
import { parseRelayConfig, relaySettings } from "./config.ts";

const COMPLETE: Environment = {
  CAST_REDIS_URL: "redis://user:hidden-password@redis.test",
  CAST_KAFKA_BROKERS: "kafka-0.test:9092,kafka-1.test:9092",
};

function problemsOf(environment: Environment): readonly string[] {
  const result = parseRelayConfig(environment);
  return result.ok ? [] : result.problems;
}

Deno.test("parseRelayConfig() takes the fallbacks of everything that has one", () => {
  const result = parseRelayConfig(COMPLETE);
  assert(result.ok);
  const { opsPort, logLevel, redisPrefix, kafkaBrokers, kafkaTopic, kafkaReplicas } = result.config;
  assertEquals([opsPort, logLevel, redisPrefix], [8083, "info", "cast"]);
  assertEquals([kafkaTopic, kafkaReplicas], ["cast.votes", 1]);
  assertEquals(kafkaBrokers, ["kafka-0.test:9092", "kafka-1.test:9092"]);
});

Deno.test("parseRelayConfig() names every missing and malformed setting at once, and no password", () => {
  const problems = problemsOf({
    CAST_OPS_PORT: "-1",
    CAST_LOG_LEVEL: "",
    CAST_REDIS_URL: "http://user:hidden-password@redis.test",
    CAST_REDIS_PREFIX: "{0}",
    CAST_KAFKA_TOPIC: "votes/2026",
    CAST_KAFKA_REPLICAS: "0",
    CAST_REDIS_CA_FILE: "a b",
    CAST_KAFKA_TLS: "yes",
    CAST_KAFKA_CA_FILE: "a,b",
    CAST_KAFKA_SASL: "any",
    CAST_KAFKA_USERNAME: "a b",
  });
  const named = problems.map((problem) => problem.match(/CAST_[A-Z_]+/)?.[0]).sort();
  // Any text is a password.
  const mayBeWrong = Object.values(relaySettings).map(({ name }) => name).filter((name) =>
    name !== "CAST_KAFKA_PASSWORD"
  );
  assertEquals(named, mayBeWrong.sort());
  assert(!problems.join().includes("hidden-password"));
});

Deno.test("parseRelayConfig() refuses an empty value instead of taking the fallback", () => {
  for (const { name } of Object.values(relaySettings).filter(({ fallback }) => fallback !== "")) {
    const [problem, ...others] = problemsOf({ ...COMPLETE, [name]: "" });
    assertStringIncludes(problem ?? "", `Set ${name}`);
    assertEquals(others, []);
  }
});

Deno.test("parseRelayConfig() returns a frozen config", () => {
  const result = parseRelayConfig(COMPLETE);
  assert(result.ok && Object.isFrozen(result.config) && Object.isFrozen(result.config.kafkaBrokers));
});
