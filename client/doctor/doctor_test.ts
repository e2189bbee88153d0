import { assertEquals, assertStringIncludes } from "@std/assert";
import { REDIS_USERS, userRules } from "../../shared/redis/acl.ts";
import { type ClockSample, judgeClocks } from "./clock_sample.ts";
import { createNotes, type Finding } from "./finding.ts";
import { createLastWords } from "./last_words.ts";
import { judgeUsers } from "./redis_users_check.ts";

function notes() {
  const findings: Finding[] = [];
  return { findings, notes: createNotes("redis", findings) };
}

function clocks(...samples: readonly ClockSample[]): Finding | undefined {
  const { findings, notes: own } = notes();
  judgeClocks(samples, own);
  return findings[0];
}

Deno.test("judgeClocks() warns of clocks that differ by more than it cannot tell", () => {
  const redis = { whose: "Redis", offsetMs: 2500, uncertaintyMs: 10 };
  assertEquals(clocks(redis)?.level, "warn");
  assertStringIncludes(
    clocks(redis)?.says ?? "",
    "the clock of Redis is 2490 ms ahead of that of this machine",
  );
  assertEquals(clocks({ ...redis, uncertaintyMs: 600 })?.level, "ok");
  const behind = { whose: "Postgres", offsetMs: -1500, uncertaintyMs: 0 };
  assertEquals(clocks(behind)?.level, "ok");
  assertStringIncludes(
    clocks(behind, { ...redis, offsetMs: 1500 })?.says ?? "",
    "the clock of Redis is 2990 ms ahead of that of Postgres",
  );
  assertEquals(clocks()?.level, "skipped");
});

Deno.test("judgeUsers() takes the users that we make for good, and names what another lacks", () => {
  const lines = REDIS_USERS.map((user) =>
    `user ${user.name} ${userRules(user, { prefix: "cast", passwords: ["00"] }).join(" ")}`
  );
  const good = notes();
  judgeUsers(lines, { notes: good.notes, prefix: "cast" });
  assertEquals(good.findings.map(({ level }) => level), ["ok"]);
  const bad = notes();
  judgeUsers(lines.map((line) => line.replaceAll("+xadd", "+xlen")), { notes: bad.notes, prefix: "cast" });
  assertEquals(bad.findings.find(({ level }) => level === "fail")?.says, "cast-api lacks +xadd");
  const open = notes();
  judgeUsers(["user default on nopass ~* &* +@all"], { notes: open.notes, prefix: "cast" });
  assertEquals(open.findings.map(({ level }) => level), ["warn"]);
});

Deno.test("createLastWords() keeps the last reason, without a password", () => {
  const log = createLastWords();
  log.warn("redis_connection_failed", { error: new Error("connect to redis://user:hidden@host:1 failed") });
  log.info("redis_connected");
  assertEquals(log.reason(), "connect to redis://[redacted]@host:1 failed");
});
