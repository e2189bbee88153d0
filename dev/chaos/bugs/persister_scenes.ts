/** Faults around the persister in the order that brings its bugs out. */
import type { Arena } from "../run/arena.ts";
import { anyOf, type Fault } from "../faults/fault.ts";

const UNANSWERED_MS = 1500;
const RESTORED_MS_MAX = 20_000;

/**
 * Votes are counted and stored, their answers lost, and then Redis forgets them: its clients repeat what Postgres holds
 * already.
 */
export const repeatAfterWipe: Fault = {
  name: "repeat_after_wipe",
  about: "",
  async inject({ stores, fleet, untilSeen, wait, wipeRedis }: Arena) {
    const proxies = fleet.named("api").map(({ id }) => stores.proxyFor("redis", id));
    const seen: Promise<boolean>[] = [];
    for (const proxy of proxies) proxy.swallowAnswers();
    try {
      await wait(UNANSWERED_MS);
      seen.push(
        untilSeen("shard_restored", RESTORED_MS_MAX),
        untilSeen("vote_contested_repeat", RESTORED_MS_MAX),
      );
      await wipeRedis();
    } finally {
      for (const proxy of proxies) proxy.endSwallowing();
    }
    await Promise.all(seen);
    return anyOf("vote_contested_repeat");
  },
};
