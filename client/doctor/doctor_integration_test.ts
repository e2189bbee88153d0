import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findRedis, withOwnRedis } from "../../dev/system/backpressure_own_redis.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { cast } from "../cast/testing/run_cast.ts";
import type { Finding } from "./finding.ts";

interface Examined {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly text: string;
}

async function examine(environment: Readonly<Record<string, string>>): Promise<Examined> {
  const { code, stdout, stderr } = await cast(["doctor", "--json"], { environment });
  assertEquals(stderr, "");
  return { code, findings: JSON.parse(stdout).findings, text: stdout };
}

function found({ findings }: Examined, part: string, check: string): Finding | undefined {
  return findings.find((finding) => finding.part === part && finding.check === check);
}

function only(world: World, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(world.environment()).filter(([name]) => names.includes(name)));
}

Deno.test("doctor says which store cannot be reached, how to mend it, and no password", async () => {
  const examined = await examine({
    CAST_API_URL: "http://127.0.0.1:9",
    CAST_REDIS_URL: "redis://cast:hidden-password@127.0.0.1:9",
    CAST_KAFKA_BROKERS: "127.0.0.1:9",
    CAST_POSTGRES_URL: "postgres://cast:hidden-password@127.0.0.1:9/cast",
  });
  assertEquals(examined.code, 1);
  for (const part of ["api", "redis", "kafka", "postgres"]) {
    const finding = found(examined, part, "reachable");
    assertEquals(finding?.level, "fail", part);
    assertStringIncludes(finding?.says ?? "", "127.0.0.1:9");
    assertStringIncludes(finding?.mend ?? "", "docs/operations.md#");
  }
  assert(!examined.text.includes("hidden-password"));
});

Deno.test("doctor tells of wrong settings, and skips what it has no address of", async () => {
  const examined = await examine({ CAST_REDIS_URL: "http://user:hidden-password@127.0.0.1" });
  assertEquals(examined.code, 1);
  assertStringIncludes(found(examined, "redis", "settings")?.says ?? "", "Correct CAST_REDIS_URL");
  const skipped = examined.findings.filter(({ check }) => check === "everything").map(({ part }) => part);
  assertEquals(skipped, ["api", "kafka", "postgres"]);
  assert(!examined.text.includes("hidden-password"));
});

Deno.test("doctor finds topics that are not there, or not as they were made", async () => {
  await using world = await createWorld();
  const environment = only(world, "CAST_KAFKA_BROKERS", "CAST_KAFKA_TOPIC");
  const none = await examine(environment);
  assertEquals(none.code, 1);
  assertStringIncludes(found(none, "kafka", "topics")?.says ?? "", `"${world.topic}" is not there`);
  assertStringIncludes(found(none, "kafka", "topics")?.mend ?? "", "deno task prepare");

  const kafka = await world.kafka();
  assertEquals((await examine(environment)).code, 0);
  const admin = kafka.admin();
  await admin.connect();
  world.defer(() => admin.disconnect());
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: 2, name: world.topic, configEntries: [{ name: "retention.ms", value: "1000" }] }],
  });
  // Kafka tells of it a moment later.
  await waitFor(async () => (await examine(environment)).code === 1, { what: "the changed retention" });
  assertStringIncludes(
    found(await examine(environment), "kafka", "topics")?.says ?? "",
    "retention.ms is 1000, wanted 2592000000",
  );
});

Deno.test("doctor finds a schema that is not migrated", async () => {
  await using world = await createWorld();
  const environment = only(world, "CAST_POSTGRES_URL", "CAST_POSTGRES_SCHEMA");
  const bare = await examine(environment);
  assertEquals(bare.code, 1);
  assertStringIncludes(found(bare, "postgres", "migrations")?.says ?? "", "1 ledger, 2 losses, 3 poll");
  const pool = await world.postgres();
  assertEquals((await examine(environment)).code, 0);
  await pool.query("delete from migrations where number = 3");
  assertStringIncludes(found(await examine(environment), "postgres", "migrations")?.says ?? "", ": 3 poll");
});

Deno.test("doctor finds a closed shard, then that no rotator mints, then that no relay sends", async () => {
  await using world = await createWorld();
  const environment = only(world, "CAST_REDIS_URL", "CAST_REDIS_PREFIX");
  const closed = await examine(environment);
  assertEquals([closed.code, found(closed, "redis", "shard")?.level], [1, "fail"]);
  assertStringIncludes(found(closed, "redis", "shard")?.says ?? "", "closed: it was never opened");

  await world.openShard(1);
  const idle = await examine(environment);
  assertEquals([found(idle, "redis", "shard")?.level, found(idle, "redis", "tickets")?.level], [
    "ok",
    "fail",
  ]);
  assertStringIncludes(found(idle, "redis", "tickets")?.mend ?? "", "Is a ticket rotator up");

  await world.redis.redis.xadd(world.keys.outbox, "*", "v", "x");
  const stuck = await examine(environment);
  assertEquals(found(stuck, "redis", "outbox")?.level, "fail");
  assertStringIncludes(found(stuck, "redis", "outbox")?.mend ?? "", "Is an outbox relay up");
});

const redisServer = await findRedis();

Deno.test({
  name: "doctor finds a Redis that may forget, and users that lack what our programs need",
  ignore: redisServer === undefined,
  async fn() {
    await using shared = await createWorld();
    const world = await withOwnRedis(shared, redisServer as string);
    const { redis } = world.redis;
    const environment = only(world, "CAST_REDIS_URL", "CAST_REDIS_PREFIX");
    const before = await examine(environment);
    for (const check of ["appendonly", "appendfsync", "maxmemory-policy"]) {
      assertEquals(found(before, "redis", check)?.level, "ok", check);
    }
    await redis.config("SET", "appendfsync", "everysec", "maxmemory-policy", "allkeys-lru");
    await redis.acl("SETUSER", "cast-api", "on", "+info", "~*");
    const after = await examine(environment);
    assertEquals(after.code, 1);
    assertEquals(found(after, "redis", "appendfsync")?.level, "fail");
    assertStringIncludes(found(after, "redis", "appendfsync")?.mend ?? "", "CONFIG SET appendfsync always");
    assertStringIncludes(found(after, "redis", "maxmemory-policy")?.says ?? "", "it is allkeys-lru");
    const users = after.findings.find(({ check, level }) => check === "users" && level === "fail");
    assertStringIncludes(users?.says ?? "", "cast-api lacks ");
    assertStringIncludes(users?.says ?? "", "+evalsha");
  },
});
