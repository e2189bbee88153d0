import { assert, assertEquals } from "@std/assert";
import { LAB_EPOCH, openVoteLab } from "../testing/vote_lab.ts";
import { createReadReceiptScript } from "./receipt_script.ts";
import { createStoredScripts } from "./stored_scripts.ts";

async function openScene() {
  const lab = await openVoteLab();
  const { redis: client, keys } = lab.world;
  const scripts = createStoredScripts(client, keys);
  return {
    lab,
    keys,
    redis: client.redis,
    read: createReadReceiptScript(client, keys),
    async store(marks: [epoch: number, version: number][]): Promise<void> {
      const seen = await scripts.read();
      assert(seen);
      const word = { marks: new Map(marks), basis: "basis", seen, lifeMs: 60_000 };
      assert(await scripts.publish(word));
    },
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  };
}

Deno.test("readReceipt() follows a vote from the outbox through Kafka to the ledger", async () => {
  await using scene = await openScene();
  const { lab, read, redis, keys } = scene;
  const id = crypto.randomUUID();
  await lab.cast();
  await lab.cast({ id, requestId: "once" });
  const found = { voteId: id, outboxId: `${LAB_EPOCH}-1` };
  assertEquals(await read("once"), { kind: "accepted", ...found });
  await redis.xtrim(keys.outbox, "MINID", `${LAB_EPOCH}-1`);
  assertEquals((await read("once")).kind, "accepted");
  await redis.xtrim(keys.outbox, "MINID", `${LAB_EPOCH}-2`);
  assertEquals(await read("once"), { kind: "queued", ...found });
  await scene.store([[LAB_EPOCH, 0]]);
  assertEquals((await read("once")).kind, "queued");
  await scene.store([[LAB_EPOCH, 1]]);
  assertEquals(await read("once"), { kind: "stored", ...found });
});

Deno.test("readReceipt() takes no mark of another epoch for one of the vote's, and takes back what is taken back", async () => {
  await using scene = await openScene();
  const { lab, read } = scene;
  await lab.cast({ requestId: "once" });
  await scene.store([[LAB_EPOCH + 1, 50], [LAB_EPOCH - 1, 50]]);
  assertEquals((await read("once")).kind, "accepted");
  await scene.store([[LAB_EPOCH, 50]]);
  // A relay that died before it trimmed: the entry stands, and the vote is stored all the same.
  assertEquals((await read("once")).kind, "stored");
  await scene.store([]);
  assertEquals((await read("once")).kind, "accepted");
});

Deno.test("readReceipt() finds a vote of the epoch before, once a kept tally is open again", async () => {
  await using scene = await openScene();
  const { lab, read } = scene;
  await lab.cast({ requestId: "once" });
  await scene.store([[LAB_EPOCH, 0]]);
  await lab.world.openShard(LAB_EPOCH + 1);
  assertEquals((await read("once")).kind, "stored");
});

Deno.test("readReceipt() knows a request that is not remembered, and a shard that is closed", async () => {
  await using scene = await openScene();
  const { lab, read, redis, keys } = scene;
  assertEquals(await read("never"), { kind: "unknown" });
  await lab.cast({ requestId: "once" });
  await redis.del(keys.request("once"));
  assertEquals(await read("once"), { kind: "unknown" });
  await redis.hset(keys.meta, "incarnation", "0".repeat(40));
  assertEquals(await read("once"), { kind: "not_ready" });
  await redis.del(keys.meta);
  assertEquals(await read("once"), { kind: "not_ready" });
});
