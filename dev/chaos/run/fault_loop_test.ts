import { assertEquals, assertRejects } from "@std/assert";
import type { Fault } from "../faults/fault.ts";
import { StoreDownError } from "../stores/store_down.ts";
import type { Arena } from "./arena.ts";
import { injectForAWhile, injectOnce } from "./fault_loop.ts";
import { createRandom } from "./random.ts";
import { createSightings } from "./sightings.ts";

const CYCLES = 20;
const NAMES = ["a", "b", "c", "d", "e", "f", "g"];

function createArena(signal: AbortSignal): Arena {
  return {
    signal,
    sightings: createSightings(),
    history: {
      told: () => ({}),
      event: () => {},
      nowT: () => 0,
      acceptedAfter: () => Promise.resolve(undefined),
    },
    wait: () => Promise.resolve(),
  } as unknown as Arena;
}

/** What each fault drew, beside its name, while the load draws as often as `loadDraws` says. */
async function play(seed: number, loadDraws: () => number) {
  const ending = new AbortController();
  const random = createRandom(seed);
  const load = random.fork("load");
  const played: [string, number][] = [];
  const faults = NAMES.map((name): Fault => ({
    name,
    about: name,
    inject(_arena, own) {
      played.push([name, own.next()]);
      for (let draws = loadDraws(); draws > 0; draws--) load.next() + random.next() + own.next();
      if (played.length === CYCLES) ending.abort();
      return Promise.resolve(() => true);
    },
  }));
  await injectForAWhile(createArena(ending.signal), { faults, random, durationMs: 600_000, say: () => {} });
  return played;
}

Deno.test("the same seed gives the same faults in the same order, whatever the load draws meanwhile", async () => {
  const quiet = await play(3, () => 0);
  let draws = 0;
  assertEquals(await play(3, () => draws++ % 5), quiet);
  assertEquals(quiet.length, CYCLES);
  assertEquals(new Set(quiet.map(([, drawn]) => drawn)).size, CYCLES);
  assertEquals(JSON.stringify(await play(4, () => 0)) === JSON.stringify(quiet), false);
});

Deno.test("injectOnce() notes a fault that could not be injected, and ends the run with a store that stays down", async () => {
  const arena = createArena(new AbortController().signal);
  const failing = (error: Error): Fault => ({ name: "a", about: "a", inject: () => Promise.reject(error) });
  const options = (error: Error) => ({ fault: failing(error), random: createRandom(1) });
  const cycle = await injectOnce(arena, options(new Error("Try it: no")));
  assertEquals([cycle.observed, cycle.failure], [false, "Try it: no"]);
  await assertRejects(() => injectOnce(arena, options(new StoreDownError("Start it: no"))), StoreDownError);
});
