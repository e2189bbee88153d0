import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  brokersSetting,
  choiceSetting,
  integerSetting,
  listenPortSetting,
  secretSetting,
  type Setting,
  textSetting,
  urlSetting,
} from "./setting.ts";

const spec = { name: "CAST_X", meaning: "x" };

function assertRefuses(setting: Setting<unknown>, texts: readonly string[]): void {
  for (const text of texts) assertThrows(() => setting.parse(text), Error, "wanted", `accepted "${text}"`);
}

Deno.test("integerSetting() reads whole numbers up to both bounds, and nothing else", () => {
  const setting = integerSetting({ ...spec, min: -2, max: 10 });
  assertEquals(["-2", "0", "7", "10", "010"].map((text) => setting.parse(text)), [-2, 0, 7, 10, 10]);
  assertRefuses(setting, [
    "-3",
    "11",
    "",
    " ",
    " 7",
    "7 ",
    "7\n",
    "1.0",
    "1e1",
    "0x7",
    "+7",
    "--7",
    "seven",
    "NaN",
    "Infinity",
    "٣",
    "7,0",
    "99999999999999999999999",
  ]);
});

Deno.test("listenPortSetting() reads 0 to 65535 and allows listening", () => {
  const setting = listenPortSetting(spec);
  assertEquals([setting.parse("0"), setting.parse("65535"), setting.use], [0, 65535, "listen_port"]);
  assertRefuses(setting, ["-1", "65536", "http", "80,81", ":80"]);
});

Deno.test("choiceSetting() reads one of its words, exactly as written", () => {
  const setting = choiceSetting({ ...spec, choices: ["debug", "info"] });
  assertEquals(setting.parse("debug"), "debug");
  assertRefuses(setting, ["Debug", "warn", "", "debug ", "constructor"]);
});

Deno.test("textSetting() reads what matches its pattern", () => {
  const setting = textSetting({ ...spec, pattern: /^[a-z]{1,3}$/, wanted: "1 to 3 letters" });
  assertEquals(setting.parse("abc"), "abc");
  assertRefuses(setting, ["", "abcd", "a\n", "A"]);
});

Deno.test("urlSetting() reads its protocols with a host, and is a secret", () => {
  const setting = urlSetting({ ...spec, protocols: ["redis:", "rediss:"] });
  assert(setting.secret);
  assertEquals(setting.parse("redis://u:p@h:1/2").password, "p");
  assertEquals(setting.parse("rediss://[::1]:6379").hostname, "[::1]");
  assertRefuses(setting, [
    "",
    "redis",
    "redis://",
    "redis:///0",
    "redis:host",
    "http://h:1",
    "h:6379",
    "redis://h:99999",
    "redis://h:port",
    "redis://a,b:1",
    "redis://h*:1",
    "redis://%2C:1",
    "redis://a b:1",
  ]);
});

Deno.test("urlSetting() refuses a path that is not the wanted one", () => {
  const path = { pattern: /^(\/\d*)?$/, wanted: "no path, or the number of a database" };
  const setting = urlSetting({ ...spec, protocols: ["redis:"], path });
  assertEquals(setting.parse("redis://host:1/3").pathname, "/3");
  assertThrows(() => setting.parse("redis://host:1/abc"), Error, path.wanted);
});

Deno.test("urlSetting() repeats nothing of a wrong text", () => {
  const setting = urlSetting({ ...spec, protocols: ["redis:"] });
  for (const text of ["http://u:hunter2@h", "redis://u:hunter2@h:port", "u:hunter2", "redis://u:hunter2@"]) {
    const error = assertThrows(() => setting.parse(text), Error);
    assert(!error.message.includes("hunter2"), error.message);
  }
});

Deno.test("brokersSetting() reads one or several host:port, IPv6 in brackets", () => {
  const setting = brokersSetting(spec);
  assertEquals(setting.parse("kafka:9092"), ["kafka:9092"]);
  assertEquals(setting.parse("k-0.kafka:9092, 10.0.0.1:1 ,[fd00::1]:65535"), [
    "k-0.kafka:9092",
    "10.0.0.1:1",
    "[fd00::1]:65535",
  ]);
  assert(Object.isFrozen(setting.parse("kafka:9092")));
  assertRefuses(setting, [
    "",
    "kafka",
    "kafka:",
    ":9092",
    "kafka:0",
    "kafka:65536",
    "kafka:099",
    "a:1,",
    "a:1,,b:2",
    "a:1;b:2",
    "::1:9092",
    "[::g]:1",
    "[:::]:1",
    "*:9092",
    "kafka://a:1",
    "a:1 b:2",
  ]);
});

Deno.test("secretSetting() is a secret and passes on its reader's words only", () => {
  const setting = secretSetting({
    ...spec,
    parse: () => {
      throw new Error("wanted better");
    },
  });
  assert(setting.secret);
  assertEquals(assertThrows(() => setting.parse("hunter2"), Error).message, "wanted better");
});
