import { assertEquals } from "@std/assert";
import { createTallyPages } from "./page_script.ts";
import { createVoteLab, LAB_EPOCH } from "../testing/vote_lab.ts";
import { createWorld } from "../testing/world.ts";

Deno.test("readPage gives the totals asked for, in order, with where the shard stands", async () => {
  await using world = await createWorld();
  const pages = createTallyPages(world.redis, world.keys);
  assertEquals(await pages.read(["ada"]), { isOpen: false, epoch: undefined, last: undefined, totals: [0] });
  await world.openShard(LAB_EPOCH);
  const lab = createVoteLab(world.redis, { prefix: world.name });
  await lab.putTicket({ uses: 10 });
  await lab.cast({ names: ["bob", "ada"], counts: [3, 4] });
  await lab.cast({ names: ["ada"], counts: [1] });
  assertEquals(await pages.read(["ada", "nobody", "bob"]), {
    isOpen: true,
    epoch: LAB_EPOCH,
    last: { epoch: LAB_EPOCH, version: 1 },
    totals: [5, 0, 3],
  });
  await world.redis.redis.hset(world.keys.meta, "incarnation", "0".repeat(40));
  assertEquals((await pages.read(["ada"])).isOpen, false);
});

Deno.test("scan() brings every name of the tally, in portions", async () => {
  await using world = await createWorld();
  const pages = createTallyPages(world.redis, world.keys);
  const names = Array.from({ length: 1000 }, (_, index) => `name ${index}`);
  await world.redis.redis.zadd(world.keys.tally, ...names.flatMap((name, index) => [index, name]));
  const found = new Set<string>();
  let [cursor, portions] = ["0", 0];
  do {
    const scanned = await pages.scan({ cursor, countMax: 50 });
    for (const name of scanned.names) found.add(name);
    cursor = scanned.cursor;
    portions += 1;
  } while (cursor !== "0");
  assertEquals(found.size, names.length);
  assertEquals(portions > 5, true);
});
