import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Environment } from "../shared/config/parse.ts";
import { SAMPLE_KEY_BASE64 } from "../shared/ticket/key_ring.ts";
import { apiSettings, edgeSettings, parseApiConfig, parseEdgeConfig } from "./config.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index * 5).toBase64();
const COMPLETE: Environment = {
  CAST_REDIS_URL: "redis://user:hidden-password@redis.test:6379/1",
  CAST_TICKET_KEYS: `main:${KEY}`,
};

function problemsOf(environment: Environment): readonly string[] {
  const result = parseApiConfig(environment);
  return result.ok ? [] : result.problems;
}

Deno.test("parseApiConfig() takes the fallbacks of everything that has one", () => {
  const result = parseApiConfig(COMPLETE);
  assert(result.ok);
  const { apiPort, opsPort, logLevel, redisPrefix, outboxMax, requestLifeMs, voteCountMax } = result.config;
  assertEquals([apiPort, opsPort, logLevel, redisPrefix], [8000, 8081, "info", "cast"]);
  assertEquals([outboxMax, requestLifeMs, voteCountMax], [1_000_000, 120_000, 100]);
  assertEquals(result.config.redisUrl.host, "redis.test:6379");
  assertEquals(result.config.ticketKeys.signingKid, "main");
});

Deno.test("parseApiConfig() names every missing and malformed setting at once", () => {
  const problems = problemsOf({
    CAST_API_PORT: "80a",
    CAST_OPS_PORT: "65536",
    CAST_LOG_LEVEL: "loud",
    CAST_REDIS_PREFIX: "a b",
    CAST_OUTBOX_MAX: "0",
    CAST_REQUEST_LIFE_MS: "1.5",
    CAST_VOTE_COUNT_MAX: "-1",
    CAST_API_DRAIN_MS: "soon",
    CAST_API_REQUESTS_MAX: "0",
    CAST_CANDIDATES_MAX: "0",
    CAST_GRAPHQL_TOOLS: "yes",
    CAST_WEB: "no",
    CAST_VOTER_VOTES_MAX: "-1",
    CAST_VOTER_WINDOW_MS: "1",
    CAST_VOTER_JWKS: "no keys",
    CAST_VOTER_JWKS_URL: "ftp://keys.test",
    CAST_VOTER_ISSUER: "a b",
    CAST_VOTER_AUDIENCE: "a b",
    CAST_REDIS_CA_FILE: "a b",
    CAST_LIVE_VIEWERS_MAX: "-1",
    CAST_LIVE_VIEWERS_PER_ADDRESS_MAX: "0",
    CAST_API_PROXY_HOPS: "11",
  });
  const named = problems.map((problem) => problem.match(/CAST_[A-Z_]+/)?.[0]).sort();
  assertEquals(named, Object.values(apiSettings).map(({ name }) => name).sort());
});

Deno.test("parseApiConfig() refuses an empty value instead of taking the fallback", () => {
  for (const { name } of Object.values(apiSettings).filter(({ fallback }) => fallback !== "")) {
    const [problem, ...others] = problemsOf({ ...COMPLETE, [name]: "" });
    assertStringIncludes(problem ?? "", `Set ${name}`);
    assertEquals(others, []);
  }
});

Deno.test("parseApiConfig() returns a frozen config", () => {
  const result = parseApiConfig(COMPLETE);
  assert(result.ok && Object.isFrozen(result.config));
});

Deno.test("parseApiConfig() refuses one port for two listeners, unless the system chooses both", () => {
  assertStringIncludes(
    problemsOf({ ...COMPLETE, CAST_API_PORT: "9000", CAST_OPS_PORT: "9000" }).join(),
    "different ports: got 9000",
  );
  assertEquals(problemsOf({ ...COMPLETE, CAST_API_PORT: "0", CAST_OPS_PORT: "0" }), []);
});

Deno.test("parseApiConfig() tells no secret in its problems", () => {
  const problems = problemsOf({
    CAST_REDIS_URL: "http://user:hidden-password@redis.test",
    CAST_TICKET_KEYS: `main:${SAMPLE_KEY_BASE64}`,
  }).join("\n");
  assertStringIncludes(problems, "CAST_REDIS_URL");
  assertStringIncludes(problems, "public sample key");
  assert(!(problems.includes("hidden-password") || problems.includes(SAMPLE_KEY_BASE64)));
});

Deno.test("parseApiConfig() returns a config that prints no ticket key", () => {
  const result = parseApiConfig(COMPLETE);
  assert(result.ok);
  assert(!(Deno.inspect(result.config).includes(KEY)));
  assert(!(JSON.stringify(result.config).includes(KEY)));
});

Deno.test("parseEdgeConfig() needs no port and reads what the API reads otherwise", () => {
  assert(parseEdgeConfig({ ...COMPLETE, CAST_API_PORT: "wrong", CAST_OPS_PORT: "wrong" }).ok);
  assertEquals(
    Object.keys(apiSettings).filter((key) => !(key in edgeSettings)),
    ["apiPort", "opsPort", "apiDrainMs", "liveViewersPerAddressMax", "proxyHops"],
  );
});

Deno.test("parseApiConfig() refuses settings of voters' tokens that contradict each other or mean nothing", () => {
  const keys = JSON.stringify({ keys: [{ kty: "oct", k: "A".repeat(43) }] });
  const url = "https://issuer.test/keys";
  const refused: readonly (readonly [settings: Environment, wanted: string])[] = [
    [
      { CAST_VOTER_JWKS: keys, CAST_VOTER_JWKS_URL: url },
      "Set one of CAST_VOTER_JWKS and CAST_VOTER_JWKS_URL",
    ],
    [{ CAST_VOTER_ISSUER: "us" }, "Set CAST_VOTER_JWKS or CAST_VOTER_JWKS_URL"],
    [{ CAST_VOTER_AUDIENCE: "cast" }, "Set CAST_VOTER_JWKS or CAST_VOTER_JWKS_URL"],
    [{ CAST_VOTER_JWKS_URL: "https://user:hidden-password@issuer.test" }, "without user and password"],
    [{ CAST_VOTER_JWKS_URL: "http://issuer.test/keys" }, "unless the host is this machine"],
    [{ CAST_VOTER_JWKS: "{}" }, "Correct CAST_VOTER_JWKS: wanted a JSON Web Key Set"],
  ];
  for (const [settings, wanted] of refused) {
    const [problem = "", ...others] = problemsOf({ ...COMPLETE, ...settings });
    assertStringIncludes(problem, wanted);
    assert(others.length === 0 && !problem.includes("hidden-password"));
    const edge = parseEdgeConfig({ ...COMPLETE, ...settings });
    assert(!edge.ok);
    assertEquals(edge.problems, [problem], "the edge wants the same");
  }
  for (
    const source of [{ CAST_VOTER_JWKS: keys }, { CAST_VOTER_JWKS_URL: url }, {
      CAST_VOTER_JWKS_URL: "http://127.0.0.1:9/keys",
    }]
  ) {
    assertEquals(
      problemsOf({ ...COMPLETE, ...source, CAST_VOTER_ISSUER: "us", CAST_VOTER_AUDIENCE: "cast" }),
      [],
    );
  }
});
