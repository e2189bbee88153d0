import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Environment } from "../../shared/config/parse.ts";
import { RING_2026A } from "../../shared/testing/ticket_keys.ts";
import { SAMPLE_KEY_BASE64 } from "../../shared/ticket/key_ring.ts";
import { parseRotatorConfig, rotatorSettings } from "./config.ts";

const COMPLETE: Environment = { CAST_REDIS_URL: "redis://redis.test", CAST_TICKET_KEYS: RING_2026A };

function problemsOf(environment: Environment): readonly string[] {
  const result = parseRotatorConfig(environment);
  return result.ok ? [] : result.problems;
}

Deno.test("parseRotatorConfig() takes the fallbacks of everything that has one", () => {
  const result = parseRotatorConfig(COMPLETE);
  assert(result.ok);
  const { opsPort, logLevel, redisPrefix, ticketLifetimeMs, ticketIntervalMs, ticketUses } = result.config;
  assertEquals([opsPort, logLevel, redisPrefix], [8082, "info", "cast"]);
  assertEquals([ticketLifetimeMs, ticketIntervalMs, ticketUses], [2000, 1000, 100]);
  assertEquals(result.config.ticketKeys.signingKid, "2026a");
});

Deno.test("parseRotatorConfig() names every missing and malformed setting at once", () => {
  const problems = problemsOf({
    CAST_OPS_PORT: "ops",
    CAST_LOG_LEVEL: "loud",
    CAST_REDIS_PREFIX: "a:b",
    CAST_TICKET_LIFETIME_MS: "99",
    CAST_TICKET_INTERVAL_MS: "49",
    CAST_TICKET_USES: "0",
    CAST_REDIS_CA_FILE: "a b",
  });
  const named = problems.map((problem) => problem.match(/CAST_[A-Z_]+/)?.[0]).sort();
  assertEquals(named, Object.values(rotatorSettings).map(({ name }) => name).sort());
});

Deno.test("parseRotatorConfig() refuses an interval that the guard would take for a clock that stepped back", () => {
  const lifetime = { CAST_TICKET_LIFETIME_MS: "120000" };
  assertEquals(problemsOf({ ...COMPLETE, ...lifetime, CAST_TICKET_INTERVAL_MS: "60000" }), []);
  const [problem] = problemsOf({ ...COMPLETE, ...lifetime, CAST_TICKET_INTERVAL_MS: "60001" });
  assertStringIncludes(problem ?? "", "CAST_TICKET_INTERVAL_MS");
});

Deno.test("parseRotatorConfig() refuses an empty value instead of taking the fallback", () => {
  for (const { name } of Object.values(rotatorSettings).filter(({ fallback }) => fallback !== "")) {
    const [problem, ...others] = problemsOf({ ...COMPLETE, [name]: "" });
    assertStringIncludes(problem ?? "", `Set ${name}`);
    assertEquals(others, []);
  }
});

Deno.test("parseRotatorConfig() refuses a lifetime below the interval, and takes one that is equal", () => {
  const beat = (lifetimeMs: number, intervalMs: number) =>
    problemsOf({
      ...COMPLETE,
      CAST_TICKET_LIFETIME_MS: String(lifetimeMs),
      CAST_TICKET_INTERVAL_MS: String(intervalMs),
    });
  assertEquals(beat(999, 1000), [
    "Raise CAST_TICKET_LIFETIME_MS to CAST_TICKET_INTERVAL_MS or more: got 999, wanted 1000",
  ]);
  assertEquals(beat(2000, 2000), []);
});

Deno.test("parseRotatorConfig() returns a frozen config that prints no key", () => {
  const result = parseRotatorConfig(COMPLETE);
  assert(result.ok && Object.isFrozen(result.config));
  const key = RING_2026A.split(":")[1] as string;
  assert(!Deno.inspect(result.config).includes(key) && !JSON.stringify(result.config).includes(key));
});

Deno.test("parseRotatorConfig() refuses the public sample key and repeats no key", () => {
  const problems = problemsOf({ ...COMPLETE, CAST_TICKET_KEYS: `a:${SAMPLE_KEY_BASE64}` }).join();
  assertStringIncludes(problems, "public sample key");
  assert(!problems.includes(SAMPLE_KEY_BASE64));
});
