/** What the state of the poll changes about a vote, and how many of them a voter has. */
import { assert, assertEquals } from "@std/assert";
import { LAB_TICKET, LONG_AGO_MS, type OpenVoteLab, openVoteLab } from "../testing/vote_lab.ts";
import { waitFor } from "../testing/wait_for.ts";
import { createReadTotalScript } from "./total_script.ts";

const accepted = (...totals: number[]) => ({ kind: "accepted", totals });
const refused = (code: string) => ({ kind: "refused", code });

function setMeta({ world }: OpenVoteLab, fields: Record<string, string>): Promise<unknown> {
  return world.redis.redis.hset(world.keys.meta, fields);
}

function readTotal({ world }: OpenVoteLab, name: string) {
  return createReadTotalScript(world.redis, world.keys)(name);
}

Deno.test("vote script takes `open`, `live` and `any` for what an absent field means", async () => {
  await using lab = await openVoteLab();
  assertEquals(await lab.cast(), accepted(1) as unknown);
  await setMeta(lab, { voting: "open", results: "live", candidates: "any" });
  assertEquals(await lab.cast(), accepted(2) as unknown);
});

Deno.test("vote script gives the first answer again after the poll was closed, and calls a conflict one", async () => {
  await using lab = await openVoteLab();
  await lab.cast({ names: ["ada"], counts: [3], requestId: "r" });
  await setMeta(lab, { voting: "closed" });
  const before = await lab.state();
  assertEquals(await lab.cast({ names: ["ada"], counts: [3], requestId: "r" }), accepted(3) as unknown);
  assertEquals(await lab.cast({ names: ["bo"], requestId: "r" }), refused("REQUEST_ID_CONFLICT") as unknown);
  assertEquals(await lab.cast({ requestId: "s" }), refused("POLL_CLOSED") as unknown);
  assertEquals(await lab.state(), before);
  await setMeta(lab, { voting: "open" });
  assertEquals(await lab.cast({ requestId: "s" }), accepted(4) as unknown);
});

Deno.test("vote script gives the first of several reasons, in the order that clients are told", async () => {
  await using lab = await openVoteLab({
    limits: { outboxMax: 1, totalMax: 5, candidatesMax: 1, voterVotesMax: 1 },
  });
  const { redis: { redis }, keys } = lab.world;
  await lab.cast({ names: ["ada"], voter: "alan" });
  await setMeta(lab, { voting: "closed" });
  await lab.putTicket({ uses: 0, expiresAtMs: LONG_AGO_MS + 1 });
  const vote = { names: ["ada", "new"], counts: [9, 9], voter: "alan" };
  const reasons: [code: string, mend: () => Promise<unknown>][] = [
    ["POLL_CLOSED", () => setMeta(lab, { voting: "open" })],
    ["TICKET_EXPIRED", () => lab.putTicket({ uses: 0 })],
    ["TICKET_EXHAUSTED", () => lab.putTicket({ uses: 9 })],
    ["OVERLOADED", () => redis.xtrim(keys.outbox, "MAXLEN", "=", 0)],
    ["CANDIDATE_UNKNOWN", () => redis.zadd(keys.tally, 1, "new")],
    ["VOTER_LIMIT", () => redis.del(keys.voter("alan"))],
    ["TOTAL_TOO_LARGE", () => redis.zadd(keys.tally, -4, "new", -4, "ada")],
  ];
  for (const [code, mend] of reasons) {
    assertEquals(await lab.cast(vote), refused(code) as unknown);
    await mend();
  }
  assertEquals(await lab.cast(vote), accepted(5, 5) as unknown);
});

Deno.test("vote script takes listed names alone, however many they are and whatever has a total", async () => {
  await using lab = await openVoteLab({ limits: { candidatesMax: 1 } });
  const { redis: { redis }, keys } = lab.world;
  await lab.cast({ names: ["before"] });
  await redis.sadd(keys.candidates, "ada", "grace", "Ada");
  await setMeta(lab, { candidates: "listed" });
  assertEquals(await lab.cast({ names: ["ada", "grace", "Ada"] }), accepted(1, 1, 1) as unknown);
  for (const names of [["before"], ["ada", "before"], ["ADA"], ["ada "]]) {
    assertEquals(await lab.cast({ names }), refused("CANDIDATE_UNKNOWN") as unknown, names.join());
  }
});

Deno.test("vote script takes new names up to the most that may have a total, and old ones for good", async () => {
  await using lab = await openVoteLab({ limits: { candidatesMax: 3 } });
  assertEquals(await lab.cast({ names: ["a", "b"] }), accepted(1, 1) as unknown);
  assertEquals(await lab.cast({ names: ["c", "d"] }), refused("CANDIDATE_UNKNOWN") as unknown);
  assertEquals(await lab.cast({ names: ["c", "a"] }), accepted(1, 2) as unknown);
  assertEquals(await lab.cast({ names: ["d"] }), refused("CANDIDATE_UNKNOWN") as unknown);
  assertEquals(await lab.cast({ names: ["a", "b", "c"] }), accepted(3, 2, 2) as unknown);
});

Deno.test("vote script counts what a voter was granted, and neither refusals nor repeats", async () => {
  await using lab = await openVoteLab({ limits: { voterVotesMax: 2, totalMax: 50 } });
  const { redis: { redis }, keys } = lab.world;
  const votesOf = (voter: string) => redis.get(keys.voter(voter));
  const first = { voter: "alan", names: ["a", "b"], requestId: "r" };
  assertEquals(await lab.cast({ voter: "alan", counts: [51] }), refused("TOTAL_TOO_LARGE") as unknown);
  assertEquals(await votesOf("alan"), null);
  assertEquals(await lab.cast(first), accepted(1, 1) as unknown);
  assertEquals(await lab.cast({ voter: "alan", counts: [51] }), refused("TOTAL_TOO_LARGE") as unknown);
  for (let repeat = 0; repeat < 3; repeat++) assertEquals(await lab.cast(first), accepted(1, 1) as unknown);
  assertEquals(await votesOf("alan"), "1", "one call, however many names");
  assertEquals((await lab.cast({ voter: "alan" })).kind, "accepted");
  assertEquals(await lab.cast({ voter: "alan" }), refused("VOTER_LIMIT") as unknown);
  assertEquals(await lab.cast(first), accepted(1, 1) as unknown, "a repeat passes a limit that is reached");
  assertEquals((await lab.cast({ voter: "Alan" })).kind, "accepted", "another voter");
  assertEquals([await votesOf("alan"), await votesOf("Alan")], ["2", "1"]);
});

Deno.test("vote script begins a voter's window with the first vote, and ends it there", async () => {
  await using lab = await openVoteLab({ limits: { voterVotesMax: 2, voterWindowMs: 60_000 } });
  const { redis: { redis }, keys } = lab.world;
  await lab.cast({ voter: "alan" });
  const endsAtMs = await redis.pexpiretime(keys.voter("alan"));
  assert(endsAtMs > 0);
  await lab.cast({ voter: "alan" });
  assertEquals(await redis.pexpiretime(keys.voter("alan")), endsAtMs, "the second does not move its end");
  assertEquals(await lab.cast({ voter: "alan" }), refused("VOTER_LIMIT") as unknown);
  assertEquals(await redis.pexpiretime(keys.voter("alan")), endsAtMs, "nor does a refusal");
  await redis.pexpire(keys.voter("alan"), 1);
  await waitFor(async () => await redis.exists(keys.voter("alan")) === 0, { what: "the window's end" });
  assertEquals((await lab.cast({ voter: "alan" })).kind, "accepted");
  assertEquals(await redis.get(keys.voter("alan")), "1");
});

Deno.test("vote script keeps no voter's votes without a limit", async () => {
  await using lab = await openVoteLab();
  await lab.cast({ voter: "alan" });
  assertEquals(await lab.world.redis.redis.keys(`${lab.world.name}:*:voter:*`), []);
});

Deno.test("vote script refuses a damaged count of a voter before it writes anything", async () => {
  await using lab = await openVoteLab({ limits: { voterVotesMax: 2 } });
  const { redis: { redis }, keys } = lab.world;
  await lab.cast({ voter: "alan" });
  for (
    const damage of [() => redis.set(keys.voter("alan"), "many"), () => redis.sadd(keys.voter("alan"), "x")]
  ) {
    await redis.del(keys.voter("alan"));
    await damage();
    const before = await lab.state();
    assertEquals((await lab.cast({ voter: "alan", requestId: "r" })).kind, "unknown");
    assertEquals(await lab.state(), before);
  }
});

Deno.test("vote script answers with the published totals while results are frozen, and counts on", async () => {
  await using lab = await openVoteLab({ limits: { totalMax: 10 } });
  const { redis: { redis }, keys } = lab.world;
  await lab.cast({ names: ["ada", "bo"], counts: [4, 1], requestId: "live" });
  await redis.zadd(keys.frozen, 3, "ada");
  await setMeta(lab, { results: "frozen" });
  const vote = { names: ["bo", "ada"], counts: [5, 2], requestId: "r" };
  assertEquals(await lab.cast(vote), accepted(0, 3) as unknown, "a name that had none is published with 0");
  assertEquals(await redis.zrange(keys.tally, 0, "-1", "WITHSCORES"), ["ada", "6", "bo", "6"]);
  assertEquals(await readTotal(lab, "ada"), { kind: "total", total: 3 });
  assertEquals(await readTotal(lab, "bo"), { kind: "total", total: 0 });
  assertEquals(
    await lab.cast({ names: ["ada"], counts: [5] }),
    refused("TOTAL_TOO_LARGE") as unknown,
    "judged by what is counted",
  );
  assertEquals(
    await lab.cast({ names: ["ada", "bo"], counts: [4, 1], requestId: "live" }),
    accepted(4, 1) as unknown,
    "what was answered before the freeze is told again",
  );
  await setMeta(lab, { results: "live" });
  assertEquals(
    await lab.cast(vote),
    accepted(0, 3) as unknown,
    "nor does a repeat tell more than the first answer",
  );
  assertEquals(await readTotal(lab, "ada"), { kind: "total", total: 6 });
});

Deno.test("vote script keeps every rule of a ticket while the poll is frozen and listed", async () => {
  await using lab = await openVoteLab({ uses: 1 });
  const { redis: { redis }, keys } = lab.world;
  await redis.sadd(keys.candidates, "ada");
  await setMeta(lab, { results: "frozen", candidates: "listed" });
  assertEquals(await lab.cast(), accepted(0) as unknown);
  assertEquals(await lab.cast(), refused("TICKET_EXHAUSTED") as unknown);
  assertEquals(await redis.hget(keys.ticket(LAB_TICKET), "uses_left"), "0");
});
