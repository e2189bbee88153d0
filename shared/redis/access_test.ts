import { assertEquals } from "@std/assert";
import { parseSettings } from "../config/parse.ts";
import { redisCaFile, redisUrl } from "../config/store_settings.ts";
import { redisAccessChecks } from "./access.ts";

function problemsOf(environment: Record<string, string>): readonly string[] {
  const result = parseSettings({ redisUrl, redisCaFile }, environment, redisAccessChecks);
  return result.ok ? [] : result.problems;
}

Deno.test("redisAccessChecks refuse certificates for a Redis that is not spoken to over TLS", () => {
  assertEquals(problemsOf({ CAST_REDIS_URL: "rediss://r", CAST_REDIS_CA_FILE: "/ca.pem" }), []);
  assertEquals(problemsOf({ CAST_REDIS_URL: "rediss://r" }), []);
  assertEquals(problemsOf({ CAST_REDIS_URL: "redis://r" }), []);
  assertEquals(problemsOf({ CAST_REDIS_URL: "redis://:hidden@r", CAST_REDIS_CA_FILE: "/ca.pem" }), [
    "Set CAST_REDIS_URL to rediss://…: CAST_REDIS_CA_FILE is given, and redis:// is not over TLS",
  ]);
});
