import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parseSettings } from "./parse.ts";
import type { Setting } from "./setting.ts";
import * as module from "./settings.ts";
import * as storeSettings from "./store_settings.ts";

const { opsPort, ...fixed } = module;
const settings: Record<string, Setting<unknown>> = {
  ...fixed,
  ...storeSettings,
  opsPort: opsPort(9100),
};
const KEY = "kJ8mQ2vX5zR7tY1wE4uI9oP3aS6dF0gHjKlZxCvBnM0=";

Deno.test("settings have names of their own, CAST_ in front, and a meaning", () => {
  const all = Object.values(settings);
  assertEquals(new Set(all.map((setting) => setting.name)).size, all.length);
  for (const { name, meaning } of all) {
    assertMatch(name, /^CAST_[A-Z]+(_[A-Z]+)*$/);
    assert(meaning.length > 0);
  }
});

Deno.test("settings have fallbacks that they accept themselves", () => {
  for (const { fallback, parse } of Object.values(settings)) {
    if (fallback !== undefined) parse(fallback);
  }
});

Deno.test("settings without a fallback are the stores and the keys, and what may hold a secret is marked", () => {
  const names = (keep: (setting: Setting<unknown>) => boolean) =>
    Object.values(settings).filter(keep).map((setting) => setting.name).sort();
  assertEquals(names(({ fallback }) => fallback === undefined), [
    "CAST_KAFKA_BROKERS",
    "CAST_POSTGRES_URL",
    "CAST_REDIS_URL",
    "CAST_TICKET_KEYS",
  ]);
  assertEquals(names(({ secret }) => secret), [
    "CAST_KAFKA_PASSWORD",
    "CAST_POSTGRES_URL",
    "CAST_REDIS_URL",
    "CAST_TICKET_KEYS",
    "CAST_VOTER_JWKS",
    "CAST_VOTER_JWKS_URL",
  ]);
});

Deno.test("settings fall back to what the design fixes", () => {
  const result = parseSettings(settings, {
    CAST_REDIS_URL: "redis://h",
    CAST_POSTGRES_URL: "postgres://h/db",
    CAST_KAFKA_BROKERS: "k:9092",
    CAST_TICKET_KEYS: `a:${KEY}`,
  });
  assert(result.ok);
  const { redisUrl: _redis, postgresUrl: _postgres, ticketKeys: _keys, ...plain } = result.config;
  assertEquals(withoutAbsent(plain), {
    apiDrainMs: 0,
    apiPort: 8000,
    apiRequestsMax: 5000,
    candidatesMax: 1_000_000,
    graphqlTools: "off",
    kafkaBrokers: ["k:9092"],
    kafkaReplicas: 1,
    kafkaSasl: "none",
    kafkaTls: "off",
    kafkaTopic: "cast.votes",
    liveViewersMax: 5000,
    liveViewersPerAddressMax: 1000,
    logLevel: "info",
    opsPort: 9100,
    outboxMax: 1_000_000,
    postgresSchema: "public",
    proxyHops: 0,
    redisPrefix: "cast",
    requestLifeMs: 120_000,
    ticketIntervalMs: 1000,
    ticketLifetimeMs: 2000,
    ticketUses: 100,
    voteCountMax: 100,
    voterVotesMax: 0,
    voterWindowMs: 3_600_000,
    web: "on",
  });
});

/** What nobody gave and nobody needs is undefined. */
function withoutAbsent(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

Deno.test("settings refuse names that a store could read as something else", () => {
  for (const text of ["Votes", "1votes", 'a"b', "a-b", "a b", "", "x".repeat(64)]) {
    assertThrows(() => settings.postgresSchema?.parse(text), Error, "wanted", text);
  }
  for (const text of ["a{b}", "a:b", "a*", "a b", "", "x".repeat(65)]) {
    assertThrows(() => settings.redisPrefix?.parse(text), Error, "wanted", text);
  }
  for (const text of ["a/b", "ä", "", "x".repeat(201)]) {
    assertThrows(() => settings.kafkaTopic?.parse(text), Error, "wanted", text);
  }
});

Deno.test("settings say nothing of a wrong key ring or address", () => {
  const result = parseSettings(settings, {
    CAST_REDIS_URL: "https://u:hunter2@h",
    CAST_POSTGRES_URL: "postgres://u:hunter2@:5432",
    CAST_KAFKA_BROKERS: "k:9092",
    CAST_TICKET_KEYS: `a:${KEY},a:hunter2`,
  });
  assert(!result.ok);
  assertEquals(result.problems.length, 3);
  const text = result.problems.join("\n");
  assert(!text.includes("hunter2") && !text.includes(KEY.slice(0, 8)), text);
});
