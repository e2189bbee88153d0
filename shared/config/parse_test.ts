import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseSettings } from "./parse.ts";
import { brokersSetting, choiceSetting, integerSetting, secretSetting, urlSetting } from "./setting.ts";

const settings = {
  uses: integerSetting({
    name: "CAST_USES",
    meaning: "uses of a ticket",
    fallback: "100",
    min: 1,
    max: 1000,
  }),
  level: choiceSetting({ name: "CAST_LEVEL", meaning: "least level", choices: ["info", "warn"] }),
  redisUrl: urlSetting({ name: "CAST_REDIS_URL", meaning: "address of Redis", protocols: ["redis:"] }),
  brokers: brokersSetting({ name: "CAST_BROKERS", meaning: "addresses of Kafka" }),
  key: secretSetting({
    name: "CAST_KEY",
    meaning: "the key",
    parse(text) {
      if (text.length < 8) throw new Error("wanted 8 characters or more");
      return text;
    },
  }),
};
const good = {
  CAST_LEVEL: "warn",
  CAST_REDIS_URL: "redis://u:hunter2@h:1",
  CAST_BROKERS: "a:1,b:2",
  CAST_KEY: "hunter2hunter2",
};

Deno.test("parseSettings() reads every value and falls back for what is absent", () => {
  const result = parseSettings(settings, { ...good, CAST_OTHER: "ignored" });
  assert(result.ok);
  assertEquals(result.config.uses, 100);
  assertEquals(result.config.level, "warn");
  assertEquals(result.config.redisUrl.hostname, "h");
  assertEquals(result.config.brokers, ["a:1", "b:2"]);
  assertEquals(Object.keys(result.config).sort(), Object.keys(settings).sort());
});

Deno.test("parseSettings() returns a frozen config", () => {
  const result = parseSettings(settings, good);
  assert(result.ok);
  const { config } = result;
  assertThrows(() => (config as { uses: number }).uses = 7, TypeError);
  assertThrows(() => (config.brokers as string[]).push("c:3"), TypeError);
});

Deno.test("parseSettings() says what is missing or empty, with its meaning", () => {
  const missing = ["CAST_LEVEL", "CAST_REDIS_URL", "CAST_BROKERS", "CAST_KEY"];
  const wanted = [
    "Set CAST_LEVEL: least level",
    "Set CAST_REDIS_URL: address of Redis",
    "Set CAST_BROKERS: addresses of Kafka",
    "Set CAST_KEY: the key",
  ];
  assertEquals(parseSettings(settings, {}), { ok: false, problems: wanted });
  const empty = Object.fromEntries(missing.map((name) => [name, ""]));
  assertEquals(parseSettings(settings, empty), { ok: false, problems: wanted });
});

Deno.test("parseSettings() never puts a fallback in the place of an empty or wrong value", () => {
  for (const text of ["", "0", "1001", "many", " 100"]) {
    const result = parseSettings(settings, { ...good, CAST_USES: text });
    assert(!result.ok, `accepted "${text}"`);
    assertEquals(result.problems.length, 1);
    assert(/^(Set|Correct) CAST_USES: /.test(result.problems[0] ?? ""));
  }
});

Deno.test("parseSettings() names every problem at once, and no secret in any", () => {
  const result = parseSettings(settings, {
    CAST_USES: "0",
    CAST_LEVEL: "loud",
    CAST_REDIS_URL: "http://u:hunter2@h",
    CAST_BROKERS: "kafka",
    CAST_KEY: "hunter2",
  });
  assert(!result.ok);
  assertEquals(result.problems, [
    'Correct CAST_USES: wanted a whole number from 1 to 1000, got "0"',
    'Correct CAST_LEVEL: wanted one of info, warn, got "loud"',
    "Correct CAST_REDIS_URL: wanted a URL that begins with redis://",
    'Correct CAST_BROKERS: wanted host:port[,host:port…], got "kafka"',
    "Correct CAST_KEY: wanted 8 characters or more",
  ]);
  assert(!result.problems.join().includes("hunter2"));
});

Deno.test("parseSettings() returns every broken relation, and asks for relations only among right values", () => {
  let asked = 0;
  const checks = [
    (config: { uses: number }) => {
      asked += 1;
      return config.uses > 50 ? "uses too many" : undefined;
    },
    () => undefined,
    () => "never right",
  ];
  assertEquals(parseSettings(settings, good, checks), {
    ok: false,
    problems: ["uses too many", "never right"],
  });
  assertEquals(parseSettings(settings, { ...good, CAST_LEVEL: "loud" }, checks).ok, false);
  assertEquals(asked, 1);
});
