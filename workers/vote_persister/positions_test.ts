import { assertEquals, assertRejects } from "@std/assert";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { RecordsForgottenError } from "./offsets.ts";
import { createPositions } from "./positions.ts";

/** Positions in partition 3 over a Postgres and a Kafka that say what the test says. */
function createScene({ offset, low = 0n }: { offset: bigint; low?: bigint }) {
  const scene = {
    offset,
    low,
    seeks: [] as string[],
    wentBack: 0,
    log: createSilentLogger(),
    asked: () => {},
  };
  const query = (text: string) => {
    if (text.includes("insert")) return Promise.resolve({ rows: [] });
    const rows = [{ partition: 3, next_offset: String(scene.offset) }];
    scene.asked();
    return Promise.resolve({ rows });
  };
  const positions = createPositions({
    consumer: { seek: ({ offset }) => void scene.seeks.push(offset) },
    admin: {
      fetchTopicOffsets: () =>
        Promise.resolve([{ partition: 3, low: String(scene.low), high: "99", offset: "99" }]),
    },
    pool: { query } as unknown as PostgresPool,
    clusterId: "cluster",
    topic: "votes",
    metrics: { wentBack: () => void (scene.wentBack += 1) },
    log: scene.log,
  });
  const alarmed = () => {
    assertEquals(scene.wentBack > 0, scene.log.has("postgres_went_back"));
    return scene.wentBack > 0;
  };
  return { scene, positions, alarmed, seek: (always: boolean) => positions.seekToStored([3], { always }) };
}

Deno.test("seekToStored() begins an assignment where Postgres is, whatever Kafka committed", async () => {
  const { scene, positions, alarmed, seek } = createScene({ offset: 40n });
  await seek(true);
  assertEquals([scene.seeks, positions.stored.get(3), alarmed()], [["40"], 40n, false]);
});

Deno.test("seekToStored() leaves a partition alone that is where Postgres is", async () => {
  const { scene, positions, alarmed, seek } = createScene({ offset: 40n });
  positions.stored.set(3, 40n);
  await seek(false);
  assertEquals([scene.seeks, alarmed()], [[], false]);
});

Deno.test("seekToStored() moves even so when Postgres refused a batch: kafkajs may be elsewhere", async () => {
  const { scene, positions, alarmed, seek } = createScene({ offset: 40n });
  positions.stored.set(3, 40n);
  await seek(true);
  assertEquals([scene.seeks, alarmed()], [["40"], false]);
});

Deno.test("seekToStored() goes back with Postgres and raises the alarm once", async () => {
  const { scene, positions, alarmed, seek } = createScene({ offset: 25n });
  positions.stored.set(3, 40n);
  await seek(false);
  await seek(false);
  assertEquals([scene.seeks, positions.stored.get(3), alarmed()], [["25"], 25n, true]);
  assertEquals(scene.log.events.length, 1);
});

Deno.test("seekToStored() skips what another consumer has stored meanwhile", async () => {
  const { scene, positions, alarmed, seek } = createScene({ offset: 60n });
  positions.stored.set(3, 40n);
  await seek(false);
  assertEquals([scene.seeks, positions.stored.get(3), alarmed()], [["60"], 60n, false]);
});

Deno.test("seekToStored() takes no step back for what was stored after the question", async () => {
  for (const always of [true, false]) {
    const { scene, positions, alarmed, seek } = createScene({ offset: 40n });
    positions.stored.set(3, 40n);
    scene.asked = () => positions.stored.set(3, 55n);
    await seek(always);
    assertEquals([scene.seeks, positions.stored.get(3), alarmed()], [always ? ["55"] : [], 55n, false]);
  }
});

Deno.test("seekToStored() moves nothing where Kafka has forgotten what is missing", async () => {
  const { scene, positions, seek } = createScene({ offset: 40n, low: 41n });
  await assertRejects(() => seek(true), RecordsForgottenError, "Kafka's log begins at 41");
  assertEquals([scene.seeks, positions.stored.size], [[], 0]);
});

Deno.test("whenQuiet() waits for every look that is under way, however it ends", async () => {
  const { scene, positions, seek } = createScene({ offset: 40n, low: 41n });
  let asked = 0;
  scene.asked = () => void (asked += 1);
  const looking = Promise.allSettled([seek(true), seek(false)]);
  await positions.whenQuiet();
  assertEquals(asked, 2);
  assertEquals((await looking).map(({ status }) => status), ["rejected", "rejected"]);
  await positions.whenQuiet();
});
