import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseKeyRing } from "../ticket/key_ring.ts";
import { createLogger, type LogLevel } from "./logger.ts";

const KEY = "kJ8mQ2vX5zR7tY1wE4uI9oP3aS6dF0gHjKlZxCvBnM0=";
const SECRET = "s3cr3t-pass%2Fword";

function createLogLab(level: LogLevel = "info") {
  const lines: string[] = [];
  const log = createLogger({
    program: "lab",
    level,
    destination: { write: (line) => void lines.push(line) },
  });
  // deno-lint-ignore no-explicit-any -- a test reads whatever the line holds
  return { log, lines, read: (index: number): any => JSON.parse(lines[index] ?? "null") };
}

Deno.test("createLogger() writes one JSON line per event with level, time, program, event and fields", () => {
  const { log, lines, read } = createLogLab();
  log.info("vote_accepted", { shard: 0, text: "line one\nline two" });
  assertEquals(lines.length, 1);
  assertEquals(
    lines[0]?.indexOf("\n"),
    (lines[0]?.length ?? 0) - 1,
    "the only line break is the last character",
  );
  const { level, time, ...rest } = read(0);
  assertEquals({ level, ...rest }, {
    level: "info",
    program: "lab",
    event: "vote_accepted",
    shard: 0,
    text: "line one\nline two",
  });
  assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

Deno.test("createLogger() leaves out what lies below its level", () => {
  const levels: LogLevel[] = ["debug", "info", "warn", "error"];
  for (const [index, level] of levels.entries()) {
    const { log, lines, read } = createLogLab(level);
    for (const each of levels) log[each](`${each}_happened`);
    assertEquals(lines.map((_, line) => read(line).level), levels.slice(index));
  }
});

Deno.test("createLogger() gives a child's fields to its lines only, grandchildren add theirs", () => {
  const { log, read } = createLogLab();
  const child = log.child({ shard: 3 });
  child.child({ epoch: 7 }).warn("shard_closed");
  child.info("shard_opened");
  log.info("program_started");
  assertEquals([read(0).shard, read(0).epoch], [3, 7]);
  assertEquals([read(1).shard, read(1).epoch], [3, undefined]);
  assertEquals(read(2).shard, undefined);
});

Deno.test("createLogger() writes type, message, code, stack and causes of an error", () => {
  const { log, read } = createLogLab();
  const cause = Object.assign(new TypeError("inner"), { code: "ECONNREFUSED" });
  log.error("batch_failed", { error: new Error("outer", { cause }) });
  log.error("batch_failed", { error: new AggregateError([new Error("first"), new Error("second")], "both") });
  const [outer, both] = [read(0).error, read(1).error];
  assertEquals([outer.type, outer.message], ["Error", "outer"]);
  assertStringIncludes(outer.stack, "logger_test.ts");
  assertEquals([outer.causes[0].type, outer.causes[0].message, outer.causes[0].code], [
    "TypeError",
    "inner",
    "ECONNREFUSED",
  ]);
  assertEquals(both.causes.map((each: { message: string }) => each.message), ["first", "second"]);
});

Deno.test("createLogger() survives an error that is its own cause, and what is no error", () => {
  const { log, read } = createLogLab();
  const error = new Error("round");
  error.cause = error;
  log.error("loop_failed", { error });
  log.error("loop_failed", { error: "a text" });
  log.error("loop_failed", { error: { password: SECRET } });
  log.error("loop_failed", { error: undefined });
  assertEquals(read(0).error.message, "round");
  assertEquals(read(1).error, "a text");
  assertEquals(read(2).error, "[object Object]");
});

Deno.test("createLogger() never writes a key, a URL's password or the arguments on an error", () => {
  const { log, lines } = createLogLab("debug");
  const url = new URL(`redis://voter:${SECRET}@store.example:6379/0`);
  const keyRing = parseKeyRing(`a:${KEY}`);
  // As ioredis does with a refused AUTH.
  const refused = Object.assign(new Error("WRONGPASS invalid username-password pair"), {
    command: { name: "auth", args: ["voter", SECRET] },
  });
  log.info("config_read", { url, config: { deep: [{ url, keyRing }] }, keyRing, href: url.href });
  log.warn("redis_connection_failed", { error: refused });
  log.warn("redis_connection_failed", { error: new Error(`Reach ${url.href}`, { cause: refused }) });
  log.child({ url, keyRing }).info(`reached_${url.href}`);
  assertEquals(lines.length, 4);
  for (const line of lines) {
    assert(!line.includes(SECRET) && !line.includes("s3cr3t"), `a password in: ${line}`);
    assert(!line.includes(KEY) && !line.includes("kJ8mQ2"), `a key in: ${line}`);
    JSON.parse(line);
  }
  assertStringIncludes(lines[0] ?? "", "redis://[redacted]@store.example:6379/0");
  assertStringIncludes(lines[0] ?? "", "[redacted: 1 keys]");
});
