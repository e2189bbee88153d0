import { assert, assertEquals } from "@std/assert";
import { deadLettersSettings, parseDeadLettersConfig } from "./config.ts";

Deno.test("parseDeadLettersConfig() needs Kafka and Postgres and takes the fallbacks of the rest", () => {
  const result = parseDeadLettersConfig({
    CAST_KAFKA_BROKERS: "kafka.test:9092",
    CAST_POSTGRES_URL: "postgres://postgres.test/cast",
  });
  assert(result.ok && Object.isFrozen(result.config));
  const { kafkaTopic, postgresSchema, logLevel } = result.config;
  assertEquals([kafkaTopic, postgresSchema, logLevel], ["cast.votes", "public", "info"]);
});

Deno.test("parseDeadLettersConfig() names every wrong setting at once, and no password", () => {
  const result = parseDeadLettersConfig({
    CAST_KAFKA_BROKERS: "kafka",
    CAST_KAFKA_TOPIC: "a b",
    CAST_POSTGRES_URL: "mysql://cast:hidden-password@postgres.test",
    CAST_POSTGRES_SCHEMA: "a;b",
    CAST_LOG_LEVEL: "loud",
    CAST_KAFKA_TLS: "yes",
    CAST_KAFKA_CA_FILE: "a,b",
    CAST_KAFKA_SASL: "any",
    CAST_KAFKA_USERNAME: "a b",
    CAST_POSTGRES_CA_FILE: "a b",
  });
  assert(!result.ok);
  const named = result.problems.map((problem) => problem.match(/CAST_[A-Z_]+/)?.[0]).sort();
  // Any text is a password.
  const mayBeWrong = Object.values(deadLettersSettings).map(({ name }) => name).filter((name) =>
    name !== "CAST_KAFKA_PASSWORD"
  );
  assertEquals(named, mayBeWrong.sort());
  assert(!result.problems.join().includes("hidden-password"));
});
