import { assertEquals, assertRejects } from "@std/assert";
import type { Arena } from "../run/arena.ts";
import { createRandom } from "../run/random.ts";
import type { Fault } from "./fault.ts";
import { pairOf } from "./pair.ts";

function createFaults(names: readonly string[]) {
  const injected: string[] = [];
  const faults = names.map((name): Fault => ({
    name,
    about: name,
    inject() {
      injected.push(name);
      return Promise.resolve((seen) => seen[name] === 1);
    },
  }));
  return { injected, faults };
}
const arena = { note: () => {} } as unknown as Arena;

Deno.test("pairOf() injects two faults of different things, and is observed only when both were", async () => {
  for (let seed = 0; seed < 50; seed++) {
    const { injected, faults } = createFaults([
      "kill_redis",
      "cut_redis",
      "wipe_redis",
      "pause_vote_persister",
    ]);
    const evidence = await pairOf(faults)?.inject(arena, createRandom(seed));
    assertEquals([injected.length, injected.includes("pause_vote_persister")], [2, true]);
    const both = Object.fromEntries(injected.map((name) => [name, 1]));
    assertEquals([evidence?.(both), evidence?.({ pause_vote_persister: 1 })], [true, false]);
  }
});

Deno.test("pairOf() leaves out faults that need the rest of the system to be well, and needs two", () => {
  const { faults } = createFaults(["kill_redis", "wipe_kafka_drained", "crash_outbox_relay_before_trim"]);
  assertEquals(pairOf(faults), undefined);
});

Deno.test("a pair ends when both of its halves have ended, though one of them fails", async () => {
  const slow = Promise.withResolvers<void>();
  let slowEnded = false;
  const faults: Fault[] = [
    { name: "kill_redis", about: "fails at once", inject: () => Promise.reject(new Error("Kill it: no")) },
    {
      name: "pause_vote_persister",
      about: "takes its time",
      async inject() {
        await slow.promise;
        slowEnded = true;
        return () => true;
      },
    },
  ];
  let hasEnded = false;
  const pair = pairOf(faults)?.inject(arena, createRandom(1)).finally(() => hasEnded = true);
  const failure = assertRejects(() => pair ?? Promise.resolve(), Error, "Kill it: no");
  // Every callback that is due has run.
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(hasEnded, false);
  slow.resolve();
  await failure;
  assertEquals(slowEnded, true);
});

Deno.test("the halves of a pair draw what the seed gives each, in whatever order they do it", async () => {
  const play = async (late: string) => {
    const drawn: Record<string, number> = {};
    const faults = ["kill_redis", "pause_vote_persister"].map((name): Fault => ({
      name,
      about: name,
      async inject(_arena, random) {
        if (name === late) await Promise.resolve();
        drawn[name] = random.next();
        return () => true;
      },
    }));
    await pairOf(faults)?.inject(arena, createRandom(7));
    return drawn;
  };
  assertEquals(await play("kill_redis"), await play("pause_vote_persister"));
});
