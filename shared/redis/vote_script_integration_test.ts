import { assert, assertEquals, assertGreater } from "@std/assert";
import {
  createVoteLab,
  fingerprintText,
  LAB_EPOCH,
  LAB_TICKET,
  labRecord,
  type LabVote,
  LONG_AGO_MS,
  type OpenVoteLab,
  openVoteLab,
} from "../testing/vote_lab.ts";
import { createRedisClient } from "./client.ts";

const NEXT_TICKET = { ...LAB_TICKET, opensAt: 8000 };

async function usesLeft({ world }: OpenVoteLab): Promise<number> {
  return Number(await world.redis.redis.hget(world.keys.ticket(LAB_TICKET), "uses_left"));
}

Deno.test("vote script counts a vote: totals, one use, one entry, the remembered request", async () => {
  await using lab = await openVoteLab({ uses: 3 });
  const { redis: { redis }, keys } = lab.world;
  const vote = {
    id: crypto.randomUUID(),
    names: ["ada", "grace"],
    counts: [1, 5],
    voter: "alan",
    requestId: "r",
  };
  const [seconds] = await redis.time() as [number, number];
  assertEquals(await lab.cast(vote), { kind: "accepted", totals: [1, 5] });
  assertEquals(await lab.cast({ names: ["grace", "ada"], counts: [2, 2] }), {
    kind: "accepted",
    totals: [7, 3],
  });

  assertEquals(await usesLeft(lab), 1);
  assertEquals(await redis.zrange(keys.tally, 0, "-1", "WITHSCORES"), ["ada", "3", "grace", "7"]);
  const entries = await redis.xrange(keys.outbox, "-", "+");
  assertEquals(entries.map(([id]) => id), [`${LAB_EPOCH}-0`, `${LAB_EPOCH}-1`]);
  const [, [voteField, voteText, atField, at] = []] = entries[0] ?? [];
  assertEquals([voteField, voteText, atField], ["vote", JSON.stringify(labRecord(vote)), "at"]);
  assert(Number(at) >= seconds * 1000 && Number(at) < (seconds + 60) * 1000, "Redis's time in ms");
  const remembered = `${fingerprintText(vote)} ${vote.id} ${LAB_EPOCH}-0 1 5`;
  assertEquals(await redis.get(keys.request("r")), remembered);
  const lifeMs = await redis.pttl(keys.request("r"));
  assert(lifeMs > 60_000 && lifeMs <= 120_000, `${lifeMs}`);
  assertEquals(
    await redis.keys(`${lab.world.name}:*:request:*`),
    [keys.request("r")],
    "no requestId, no memory",
  );
});

Deno.test("vote script admits exactly the uses of a ticket, from two connections at once", async () => {
  const uses = 37;
  await using lab = await openVoteLab({ uses });
  const { world } = lab;
  const { redis: { redis }, keys } = world;
  const second = createRedisClient({
    url: world.addresses.redisUrl,
    log: world.log,
    commandTimeoutMs: 10_000,
  });
  world.defer(() => second.close());
  await second.whenConnected(AbortSignal.timeout(10_000));
  const other = createVoteLab(second, { prefix: world.name });
  const outcomes = await Promise.all(
    Array.from(
      { length: 400 },
      (_, index) =>
        (index % 2 === 0 ? lab : other).cast({ names: [`n${index % 7}`, "all"], requestId: `r${index}` }),
    ),
  );
  const accepted = outcomes.filter(({ kind }) => kind === "accepted");
  assertEquals(accepted.length, uses);
  const refused = outcomes.filter((outcome) =>
    outcome.kind === "refused" && outcome.code === "TICKET_EXHAUSTED"
  );
  assertEquals(refused.length, 400 - uses);
  assertEquals(await usesLeft(lab), 0);
  assertEquals(await redis.zscore(keys.tally, "all"), String(uses));
  assertEquals(
    (await redis.xrange(keys.outbox, "-", "+")).map(([id]) => id),
    Array.from({ length: uses }, (_, version) => `${LAB_EPOCH}-${version}`),
    "versions without a gap",
  );
  assertEquals((await redis.keys(`${world.name}:*:request:*`)).length, uses);
});

Deno.test("vote script repeats its first answer, whatever has happened to ticket and totals since", async () => {
  await using lab = await openVoteLab({ uses: 2, limits: { outboxMax: 2, totalMax: 10 } });
  const { redis: { redis }, keys } = lab.world;
  const vote = { names: ["ada", "grace"], counts: [3, 4], voter: "alan", requestId: "r" };
  const first = await lab.cast(vote);
  assertEquals(first, { kind: "accepted", totals: [3, 4] });
  await lab.cast({ names: ["ada"], counts: [7] });
  const changes: (() => Promise<unknown>)[] = [
    () => Promise.resolve("used up, at the cap, at the bound"),
    () => lab.putTicket({ uses: 5, expiresAtMs: LONG_AGO_MS + 1 }),
    () => redis.del(keys.ticket(LAB_TICKET)),
    () => redis.hset(keys.meta, "epoch", LAB_EPOCH + 5),
    () => redis.xtrim(keys.outbox, "MAXLEN", "=", 0),
    () => redis.del(keys.tally),
  ];
  for (const change of changes) {
    await change();
    const before = await lab.state();
    assertEquals(await lab.cast(vote), first, "with the first ticket");
    assertEquals(await lab.cast({ ...vote, ticket: NEXT_TICKET }), first, "with a newer one");
    assertEquals(await lab.state(), before);
  }
  await redis.hset(keys.meta, "incarnation", "");
  assertEquals(
    await lab.cast(vote),
    { kind: "refused", code: "NOT_READY" },
    "but not while the shard is closed",
  );
});

Deno.test("vote script counts a request once, however often it comes at the same time", async () => {
  await using lab = await openVoteLab();
  const vote = { names: ["ada"], counts: [2], requestId: "r" };
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => lab.cast(vote)));
  for (const outcome of outcomes) assertEquals(outcome, { kind: "accepted", totals: [2] });
  assertEquals(await usesLeft(lab), 99);
});

Deno.test("vote script calls another content under a known requestId a conflict", async () => {
  await using lab = await openVoteLab();
  await lab.cast({ names: ["ada", "grace"], counts: [1, 2], requestId: "r" });
  const others: LabVote[] = [
    { names: ["grace", "ada"], counts: [2, 1] },
    { names: ["ada", "grace"], counts: [2, 1] },
    { names: ["ada", "grace"], counts: [1, 2], voter: "alan" },
    { names: ["ada"], counts: [1] },
  ];
  for (const other of others) {
    const outcome = await lab.cast({ ...other, requestId: "r" });
    assertEquals(outcome, { kind: "refused", code: "REQUEST_ID_CONFLICT" });
  }
  assertEquals(await usesLeft(lab), 99);
});

Deno.test("vote script remembers no refusal", async () => {
  await using lab = await openVoteLab({ uses: 0 });
  const vote = { requestId: "r" };
  assertEquals(await lab.cast(vote), { kind: "refused", code: "TICKET_EXHAUSTED" });
  await lab.putTicket({ ticket: NEXT_TICKET, uses: 1 });
  assertEquals(await lab.cast({ ...vote, ticket: NEXT_TICKET }), { kind: "accepted", totals: [1] });
});

Deno.test("vote script counts the same vote again without a requestId, and after the request's life", async () => {
  await using lab = await openVoteLab();
  const { redis: { redis }, keys } = lab.world;
  await lab.cast();
  assertEquals(await lab.cast(), { kind: "accepted", totals: [2] });
  assertEquals(await lab.cast({ requestId: "r" }), { kind: "accepted", totals: [3] });
  await redis.pexpireat(keys.request("r"), 1);
  assertEquals(await lab.cast({ requestId: "r" }), { kind: "accepted", totals: [4] });
});

Deno.test("vote script accepts a total that reaches the bound, and not one more", async () => {
  await using lab = await openVoteLab();
  const totalMax = 2 ** 31 - 1;
  assertEquals(await lab.cast({ counts: [totalMax - 1] }), { kind: "accepted", totals: [totalMax - 1] });
  assertEquals(await lab.cast({ counts: [2] }), { kind: "refused", code: "TOTAL_TOO_LARGE" });
  assertEquals(await lab.cast(), { kind: "accepted", totals: [totalMax] });
  assertEquals(await lab.cast(), { kind: "refused", code: "TOTAL_TOO_LARGE" });
});

Deno.test("vote script takes up to the cap of the outbox, and again as soon as an entry is trimmed", async () => {
  await using lab = await openVoteLab({ limits: { outboxMax: 3 } });
  const { redis: { redis }, keys } = lab.world;
  for (const total of [1, 2, 3]) assertEquals(await lab.cast(), { kind: "accepted", totals: [total] });
  assertEquals(await lab.cast(), { kind: "refused", code: "OVERLOADED" });
  await redis.xtrim(keys.outbox, "MINID", "=", `${LAB_EPOCH}-1`);
  assertEquals(await lab.cast(), { kind: "accepted", totals: [4] });
  assertEquals(
    (await redis.xrange(keys.outbox, "-", "+")).map(([id]) => id),
    [1, 2, 3].map((n) => `${LAB_EPOCH}-${n}`),
  );
});

Deno.test("vote script numbers each epoch from 0, after the last of the one before", async () => {
  await using lab = await openVoteLab();
  const { redis: { redis }, keys } = lab.world;
  await lab.cast();
  await lab.cast();
  const later = { ...LAB_TICKET, epoch: LAB_EPOCH + 5 };
  await lab.world.openShard(later.epoch);
  await lab.putTicket({ ticket: later, uses: 5 });
  await lab.cast({ ticket: later });
  assertEquals((await redis.xrange(keys.outbox, "-", "+")).map(([id]) => id), [
    `${LAB_EPOCH}-0`,
    `${LAB_EPOCH}-1`,
    `${later.epoch}-0`,
  ]);
});

Deno.test("vote script keeps hostile names and requestIds as they are, each a name of its own", async () => {
  await using lab = await openVoteLab();
  const { redis: { redis }, keys } = lab.world;
  const names = [
    "O'Brien",
    '"',
    "\\",
    "'; return 1 --",
    "1",
    "-1",
    "nan",
    "🗳️",
    "a b",
    "*",
    "{0}",
    "]]",
    "%d",
    "$1",
  ];
  const requestId = "spaces and : * {} ' \" \\ 0 1 2";
  const vote = { names, requestId };
  const totals = names.map(() => 1);
  assertEquals(await lab.cast(vote), { kind: "accepted", totals });
  assertEquals(await lab.cast(vote), { kind: "accepted", totals });
  assertEquals((await redis.zrange(keys.tally, 0, "-1")).sort(), [...names].sort());
  const [, [, text = ""] = []] = (await redis.xrange(keys.outbox, "-", "+"))[0] ?? [];
  assertEquals(JSON.parse(text).names, names);
});

Deno.test("vote script survives a flush of the script cache in mid-load: no vote is lost or doubled", async () => {
  await using lab = await openVoteLab({ uses: 1000 });
  const { redis: { redis }, keys } = lab.world;
  const casts: Promise<unknown>[] = [];
  for (let index = 0; index < 300; index += 1) {
    if (index % 10 === 5) casts.push(redis.script("FLUSH"));
    casts.push(lab.cast({ requestId: `r${index}` }));
    // Lets answers come in between, so that later votes go by their digest again.
    if (index % 20 === 0) await casts.at(-1);
  }
  const outcomes = (await Promise.all(casts)).filter((outcome) => outcome !== "OK") as { kind: string }[];
  assertEquals(outcomes.filter(({ kind }) => kind === "accepted").length, 300);
  assertEquals(await redis.zscore(keys.tally, "ada"), "300");
  assertEquals(await redis.xlen(keys.outbox), 300);
  assertEquals(await usesLeft(lab), 700);
});

Deno.test("vote script refuses a damaged key before it writes anything", async () => {
  await using lab = await openVoteLab();
  const { redis: { redis }, keys } = lab.world;
  for (const key of [keys.ticket(LAB_TICKET), keys.tally, keys.outbox, keys.request("r")]) {
    await redis.rename(key, `${key}.kept`).catch(() => undefined);
    await redis.lpush(key, "a list");
    const others = async () =>
      (await redis.keys(`${lab.world.name}:*`)).filter((name) => name !== key).sort();
    const before = await others();
    const outcome = await lab.cast({ requestId: "r" });
    assertEquals(outcome.kind, "unknown", key);
    assertEquals(await others(), before, key);
    await redis.del(key);
    await redis.rename(`${key}.kept`, key).catch(() => undefined);
  }
  assertEquals((await lab.cast({ requestId: "r" })).kind, "accepted");
  assertGreater(await usesLeft(lab), 98);
});
