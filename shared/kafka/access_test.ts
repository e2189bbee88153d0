import { assert, assertEquals } from "@std/assert";
import { parseSettings } from "../config/parse.ts";
import { kafkaAccess, kafkaAccessChecks, kafkaAccessSettings } from "./access.ts";

const SECRET = "hidden-password";

function parse(environment: Record<string, string>) {
  return parseSettings(
    kafkaAccessSettings,
    { CAST_KAFKA_BROKERS: "k:9092", ...environment },
    kafkaAccessChecks,
  );
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  const result = parse(environment);
  return result.ok ? [] : result.problems;
}

Deno.test("kafkaAccess() is plain and without a login unless told otherwise", () => {
  const result = parse({});
  assert(result.ok);
  assertEquals(kafkaAccess(result.config), { brokers: ["k:9092"] });
});

Deno.test("kafkaAccess() hands on TLS and the login that the settings name", () => {
  const result = parse({
    CAST_KAFKA_TLS: "on",
    CAST_KAFKA_CA_FILE: "/ca.pem",
    CAST_KAFKA_SASL: "scram-sha-256",
    CAST_KAFKA_USERNAME: "cast",
    CAST_KAFKA_PASSWORD: SECRET,
  });
  assert(result.ok);
  assertEquals(kafkaAccess(result.config), {
    brokers: ["k:9092"],
    tls: { caFile: "/ca.pem" },
    login: { mechanism: "scram-sha-256", username: "cast", password: SECRET },
  });
});

Deno.test("kafkaAccessChecks refuse what would send a password in the clear, or leave half of a login out", () => {
  const login = { CAST_KAFKA_USERNAME: "cast", CAST_KAFKA_PASSWORD: SECRET };
  assertEquals(problemsOf({ ...login, CAST_KAFKA_SASL: "plain" }), [
    "Set CAST_KAFKA_TLS to on, or CAST_KAFKA_SASL to scram-sha-512: plain would send the password unencrypted",
  ]);
  assertEquals(problemsOf({ ...login, CAST_KAFKA_SASL: "plain", CAST_KAFKA_TLS: "on" }), []);
  assertEquals(problemsOf({ ...login, CAST_KAFKA_SASL: "scram-sha-512" }), []);
  const half = ["Set CAST_KAFKA_USERNAME and CAST_KAFKA_PASSWORD: CAST_KAFKA_SASL is scram-sha-512"];
  assertEquals(problemsOf({ CAST_KAFKA_SASL: "scram-sha-512" }), half);
  assertEquals(problemsOf({ CAST_KAFKA_SASL: "scram-sha-512", CAST_KAFKA_USERNAME: "cast" }), half);
  assertEquals(problemsOf({ CAST_KAFKA_SASL: "scram-sha-512", CAST_KAFKA_PASSWORD: SECRET }), half);
  const none = ["Set CAST_KAFKA_SASL: it is none, and CAST_KAFKA_USERNAME or CAST_KAFKA_PASSWORD is given"];
  assertEquals(problemsOf({ CAST_KAFKA_PASSWORD: SECRET }), none);
  assertEquals(problemsOf({ CAST_KAFKA_CA_FILE: "/ca.pem" }), [
    "Set CAST_KAFKA_TLS to on: CAST_KAFKA_CA_FILE is given",
  ]);
});
