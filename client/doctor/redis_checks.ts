/** Is Redis there, does it keep what it says it keeps, may our scripts run, and is the shard open and moving? */
import { pause } from "../../shared/lifecycle/pause.ts";
import { createRedisClient, type RedisClient } from "../../shared/redis/client.ts";
import { type ShardKeys, shardKeys } from "../../shared/redis/keys.ts";
import { SHARD_COUNT } from "../../shared/vote/rules.ts";
import { reasonOf } from "../terminal.ts";
import { type ClockSample, sampleClock } from "./clock_sample.ts";
import type { RedisConfig } from "./config.ts";
import { type Notes, section } from "./finding.ts";
import { createLastWords, withoutPassword } from "./last_words.ts";
import { checkUsers } from "./redis_users_check.ts";

export interface RedisLook {
  readonly notes: Notes;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

interface Context extends RedisLook {
  readonly client: RedisClient;
  readonly config: RedisConfig;
}

const CONNECT_MS_MAX = 5000;
/** A relay sends what waits within milliseconds. */
const STILL_MS = 1500;
/** A ticket that is late by more than a few intervals is none that is on its way. */
const INTERVALS_MAX = 5;
const SLACK_MS = 1000;
const MEMORY_SHARE_MAX = 0.9;

export async function checkRedis(config: RedisConfig, look: RedisLook): Promise<ClockSample | undefined> {
  const { notes, signal, nowMs } = look;
  const log = createLastWords();
  const client = createRedisClient({ url: config.redisUrl, caFile: config.redisCaFile, log });
  const context = { ...look, client, config };
  try {
    await client.whenConnected(AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS_MAX)]));
    await checkKeeping(context);
    await checkUsers(client.redis, { notes, prefix: config.redisPrefix });
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      await checkShard(context, shardKeys({ prefix: config.redisPrefix, shard }));
    }
    return await sampleClock("Redis", { read: () => readTime(client), nowMs });
  } catch (error) {
    signal.throwIfAborted();
    notes.fail("reachable", {
      says: `${config.redisUrl.host}: ${log.reason() ?? withoutPassword(reasonOf(error))}`,
      mend: `Is Redis up, and are address and password right (CAST_REDIS_URL)? See ${
        section("caststoreunreachable")
      }`,
    });
    return undefined;
  } finally {
    await client.close();
  }
}

async function checkKeeping({ client: { redis }, notes, config }: Context): Promise<void> {
  const info = parseInfo(await redis.info());
  notes.ok("reachable", `${config.redisUrl.host}, Redis ${info["redis_version"]}`);
  if (info["role"] !== "master") {
    notes.fail("role", { says: `it is a ${info["role"]}`, mend: "Name the primary in CAST_REDIS_URL" });
  }
  const settings = await readSettings(redis);
  const appendonly = info["aof_enabled"] === "1" ? "yes" : "no";
  expect(notes, {
    name: "appendonly",
    wanted: "yes",
    found: appendonly,
    why: "a restart loses accepted votes",
  });
  if (settings["appendfsync"] === undefined) {
    notes.skipped("appendfsync", "this user may not read Redis's settings (CONFIG GET)");
  } else {
    const found = settings["appendfsync"];
    expect(notes, {
      name: "appendfsync",
      wanted: "always",
      found,
      why: "a crash loses votes that were accepted",
    });
  }
  const policy = settings["maxmemory-policy"] ?? info["maxmemory_policy"] ?? "unknown";
  expect(notes, {
    name: "maxmemory-policy",
    wanted: "noeviction",
    found: policy,
    why: "a full Redis drops votes",
  });
  const [used, most] = [Number(info["used_memory"]), Number(info["maxmemory"])];
  const says = `${megabytes(used)} MB of ${most > 0 ? `${megabytes(most)} MB` : "no limit"}`;
  if (most > 0 && used > most * MEMORY_SHARE_MAX) {
    notes.warn("memory", { says, mend: `Raise maxmemory; see ${section("sizing")}` });
  } else notes.ok("memory", says);
}

function expect(
  notes: Notes,
  { name, wanted, found, why }: { name: string; wanted: string; found: string; why: string },
): void {
  if (found === wanted) return notes.ok(name, found);
  notes.fail(name, {
    says: `it is ${found}, wanted ${wanted}: ${why}`,
    mend: `Set ${name} to ${wanted} in redis.conf, or at once: CONFIG SET ${name} ${wanted}`,
  });
}

async function checkShard(context: Context, keys: ShardKeys): Promise<void> {
  const { client: { redis, incarnation }, notes, config } = context;
  try {
    // As a script, since scripts are what every program runs; it reads and writes nothing else.
    await redis.eval("return redis.call('hmget', KEYS[1], 'epoch')", 1, keys.meta);
    notes.ok("scripts", "this user may run them");
  } catch (error) {
    notes.fail("scripts", {
      says: `this user may not run scripts: ${reasonOf(error)}`,
      mend: "Give it the rules of shared/redis/users.acl: deno task redis-acl prints them",
    });
    return;
  }
  const [epoch, openedBy, newestOpensAt] = await redis.hmget(
    keys.meta,
    ...["epoch", "incarnation", "newest_opens_at"],
  );
  if (openedBy !== incarnation()) {
    notes.fail("shard", {
      says: epoch ? `closed: epoch ${epoch} belongs to another Redis process` : "closed: it was never opened",
      mend: `Is a vote persister up, with Redis and Postgres in reach? Its guard opens it; see ${
        section("castshardclosed")
      }`,
    });
  } else {
    notes.ok("shard", `open, epoch ${epoch}`);
    const ageMs = await readTime(context.client) - Number(newestOpensAt ?? 0);
    checkTickets(notes, { ageMs, intervalMs: config.ticketIntervalMs, isThere: newestOpensAt !== null });
  }
  await checkOutbox(context, keys);
}

function checkTickets(
  notes: Notes,
  { ageMs, intervalMs, isThere }: { ageMs: number; intervalMs: number; isThere: boolean },
): void {
  if (isThere && ageMs <= intervalMs * INTERVALS_MAX + SLACK_MS) {
    return notes.ok("tickets", "they are minted as they are due");
  }
  notes.fail("tickets", {
    says: isThere ? `the last one opened ${Math.round(ageMs / 1000)} s ago` : "none was minted in this epoch",
    mend: `Is a ticket rotator up, and does it reach Redis? See ${section("castnoticket")}`,
  });
}

async function checkOutbox(
  { client: { redis }, notes, config, signal }: Context,
  keys: ShardKeys,
): Promise<void> {
  const first = async () => (await redis.xrange(keys.outbox, "-", "+", "COUNT", 1))[0]?.[0];
  const head = await first();
  if (head === undefined) return notes.ok("outbox", "empty: no vote waits for Kafka");
  await pause(STILL_MS, signal);
  const [after, length] = [await first(), await redis.xlen(keys.outbox)];
  if (after === head) {
    return notes.fail("outbox", {
      says: `${length} votes wait for Kafka and none was sent for ${STILL_MS} ms`,
      mend: `Is an outbox relay up, and does it reach Kafka? See ${section("castrelaystalled")}`,
    });
  }
  if (length > config.outboxMax / 2) {
    return notes.warn("outbox", {
      says: `${length} votes wait for Kafka, of ${config.outboxMax} that may`,
      mend: `See ${section("castoutboxnearcap")}`,
    });
  }
  notes.ok("outbox", `${length} votes on their way to Kafka`);
}

async function readTime({ redis }: RedisClient): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

/** Empty for a user that may not, as none of our programs may. */
async function readSettings(redis: RedisClient["redis"]): Promise<Readonly<Record<string, string>>> {
  try {
    const flat = await redis.config("GET", "appendfsync", "maxmemory-policy") as string[];
    return Object.fromEntries(flat.flatMap((name, at) => at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : []));
  } catch {
    return {};
  }
}

function parseInfo(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value]));
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
