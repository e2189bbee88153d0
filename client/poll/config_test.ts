import { assert, assertEquals } from "@std/assert";
import { permissionFlags } from "../../shared/config/permissions.ts";
import { parsePollConfig, pollSettings } from "./config.ts";

const POSTGRES = { CAST_POSTGRES_URL: "postgres://postgres.test:6000/cast" };

Deno.test("parsePollConfig() needs Postgres alone and takes the fallbacks of the rest", () => {
  const result = parsePollConfig(POSTGRES);
  assert(result.ok && Object.isFrozen(result.config));
  assertEquals([result.config.postgresSchema, result.config.logLevel], ["public", "warn"]);
});

Deno.test("parsePollConfig() names what is wrong, and no password", () => {
  const result = parsePollConfig({ CAST_POSTGRES_URL: "mysql://cast:hidden-password@postgres.test" });
  assert(!result.ok);
  assert(result.problems.join().includes("CAST_POSTGRES_URL"));
  assert(!result.problems.join().includes("hidden-password"));
});

Deno.test("the poll's command may connect to Postgres and to nothing else", () => {
  const flags = permissionFlags(pollSettings, { ...POSTGRES, CAST_REDIS_URL: "redis://redis.test:6379" })
    .join(" ");
  assert(flags.includes("postgres.test:6000"));
  assert(!flags.includes("redis.test"));
});
