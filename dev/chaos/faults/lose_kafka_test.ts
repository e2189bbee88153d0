import { assertEquals } from "@std/assert";
import type { Arena } from "../run/arena.ts";
import { createRandom } from "../run/random.ts";
import { LOSE_KAFKA_FAULTS } from "./lose_kafka.ts";

/** Looks at Kafka until it is wiped: bytes that the relays' proxy has delivered, and the lag. */
async function looksUntilWiped(seen: readonly { bytes: number; lag: number }[]): Promise<number> {
  let looks = 0;
  let looksAtWipe = -1;
  const present = () => seen[Math.min(looks, seen.length - 1)]!;
  const relay = { id: "outbox_relay_1", pause() {}, resume() {} };
  const arena = {
    fleet: { named: () => [relay] },
    stores: {
      proxyFor: () => ({ counters: () => ({ requestBytes: present().bytes }) }),
      kafka: { clusterId: () => "", wipe: () => Promise.resolve(void (looksAtWipe = looks)) },
    },
    note() {},
    lag() {
      const { lag } = present();
      looks++;
      return Promise.resolve(lag);
    },
    wait: () => Promise.resolve(),
  };
  const drained = LOSE_KAFKA_FAULTS.find(({ name }) => name === "wipe_kafka_drained");
  await drained?.inject(arena as unknown as Arena, createRandom(1));
  return looksAtWipe;
}

Deno.test("Kafka is wiped without a lag only when three looks in a row saw neither a lag nor new bytes", async () => {
  const still = { bytes: 5, lag: 0 };
  assertEquals(await looksUntilWiped([still]), 3);
  // What a stopped relay had sent arrives after the first look, and is stored a while later.
  assertEquals(await looksUntilWiped([{ bytes: 4, lag: 0 }, { bytes: 5, lag: 0 }]), 4);
  assertEquals(await looksUntilWiped([still, { bytes: 5, lag: 1 }, still]), 5);
});
