import { assertEquals } from "@std/assert";
import type { Arena } from "../run/arena.ts";
import { createRandom } from "../run/random.ts";
import type { ChaosProxy } from "../stores/chaos_proxy.ts";
import { NETWORK_FAULTS } from "./network.ts";

type Counters = ReturnType<ChaosProxy["counters"]>;

/** A proxy whose traffic goes on with every wait, unless the weather really does something to it. */
function createTraffic({ obeys }: { obeys: boolean }) {
  const weather = { held: false, delayed: false, cut: 0, swallowing: false };
  const change = (changed: Partial<typeof weather>) => () => void (obeys && Object.assign(weather, changed));
  const counters: { -readonly [Name in keyof Counters]: number } = {
    ...{ connections: 1, refused: 0, cut: 0, requestBytes: 0, answerBytes: 0 },
    ...{ answersSwallowedBytes: 0, delayedBytes: 0 },
  };
  const proxy: ChaosProxy = {
    cut: change({ cut: 1 }),
    restore: change({ held: false }),
    swallowAnswers: change({ swallowing: true }),
    endSwallowing: change({ swallowing: false }),
    delay: (delayMs) => change({ delayed: delayMs > 0 })(),
    hold: change({ held: true }),
    retarget: () => {},
    counters: () => ({ ...counters, cut: weather.cut }),
  };
  const flow = () => {
    if (weather.held) return;
    counters.requestBytes += 10;
    counters[weather.swallowing ? "answersSwallowedBytes" : "answerBytes"] += 10;
    if (weather.delayed) counters.delayedBytes += 20;
  };
  const arena = {
    stores: { proxies: { redis: proxy, kafka: proxy, postgres: proxy }, proxyFor: () => proxy },
    wait: () => Promise.resolve(flow()),
  } as unknown as Arena;
  return { arena, flow };
}

for (const fault of NETWORK_FAULTS) {
  Deno.test(`${fault.name} is observed when it does something, and not when the proxies do nothing`, async () => {
    const observed = async (obeys: boolean) => {
      const { arena, flow } = createTraffic({ obeys });
      const evidence = await fault.inject(arena, createRandom(1));
      flow();
      return evidence({});
    };
    assertEquals([await observed(true), await observed(false)], [true, false]);
  });
}

Deno.test("a silence in which nobody had anything to say is not observed", async () => {
  const silence = NETWORK_FAULTS.find(({ name }) => name === "silence_redis");
  const { arena } = createTraffic({ obeys: true });
  const evidence = await silence?.inject({ ...arena, wait: () => Promise.resolve() }, createRandom(1));
  assertEquals(evidence?.({}), false);
});
