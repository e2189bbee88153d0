import { assertEquals } from "@std/assert";
import { LAB_EPOCH, openVoteLab } from "../testing/vote_lab.ts";
import { createCloseScript, createReadTallyScript } from "./audit_scripts.ts";

Deno.test("readTally() takes the tally, the epoch and the ends of the outbox at one moment", async () => {
  await using lab = await openVoteLab();
  const { redis: client, keys } = lab.world;
  const read = createReadTallyScript(client, keys);
  assertEquals(await read(), {
    isOpen: true,
    incarnation: client.incarnation(),
    epoch: LAB_EPOCH,
    last: undefined,
    outboxLength: 0,
    outboxFirst: undefined,
    carriedCount: 0,
    tally: new Map(),
  });
  for (let vote = 0; vote < 3; vote++) await lab.cast({ names: ["ada", "🗳️ žofie"], counts: [1, 100] });
  await client.redis.sadd(keys.carried, "one", "two");
  await client.redis.xtrim(keys.outbox, "MINID", `${LAB_EPOCH}-1`);
  assertEquals(await read(), {
    isOpen: true,
    incarnation: client.incarnation(),
    epoch: LAB_EPOCH,
    last: { epoch: LAB_EPOCH, version: 2 },
    outboxLength: 2,
    outboxFirst: { epoch: LAB_EPOCH, version: 1 },
    carriedCount: 2,
    tally: new Map([["ada", 3], ["🗳️ žofie", 300]]),
  });
});

Deno.test("readTally() reads a closed shard too, knows the last id of an emptied outbox, and keeps every digit", async () => {
  await using lab = await openVoteLab();
  const { redis: client, keys } = lab.world;
  await lab.cast();
  await client.redis.xtrim(keys.outbox, "MAXLEN", 0);
  await client.redis.zadd(keys.tally, String(Number.MAX_SAFE_INTEGER), "all");
  await client.redis.del(keys.meta);
  const { isOpen, epoch, last, outboxFirst, outboxLength, tally } = await createReadTallyScript(
    client,
    keys,
  )();
  assertEquals({ isOpen, epoch, last, outboxFirst, outboxLength }, {
    isOpen: false,
    epoch: undefined,
    last: { epoch: LAB_EPOCH, version: 0 },
    outboxFirst: undefined,
    outboxLength: 0,
  });
  assertEquals(tally, new Map([["ada", 1], ["all", Number.MAX_SAFE_INTEGER]]));
});

Deno.test("close() takes nothing but meta, so that no vote is accepted and no tally is kept", async () => {
  await using lab = await openVoteLab();
  const { redis: client, keys } = lab.world;
  await lab.cast();
  const close = createCloseScript(client, keys);
  assertEquals(await close({ incarnation: client.incarnation(), epoch: LAB_EPOCH }), true);
  assertEquals(await client.redis.exists(keys.meta), 0);
  assertEquals(await client.redis.exists(keys.tally, keys.outbox), 2);
  const refused = await lab.cast();
  assertEquals(refused.kind === "refused" && refused.code, "NOT_READY");
});

Deno.test("close() leaves a shard alone that is not the one that was compared", async () => {
  await using lab = await openVoteLab();
  const { redis: client, keys } = lab.world;
  const close = createCloseScript(client, keys);
  const incarnation = client.incarnation();
  assertEquals(await close({ incarnation, epoch: LAB_EPOCH - 1 }), false);
  assertEquals(await close({ incarnation: "0".repeat(40), epoch: LAB_EPOCH }), false);
  await client.redis.hset(keys.meta, "incarnation", "");
  assertEquals(await close({ incarnation, epoch: LAB_EPOCH }), false);
  await client.redis.hset(keys.meta, "incarnation", "0".repeat(40));
  assertEquals(await close({ incarnation, epoch: LAB_EPOCH }), false);
  assertEquals(await client.redis.hget(keys.meta, "epoch"), String(LAB_EPOCH));
});
