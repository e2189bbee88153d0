/** Kafka loses its folder: harmless when everything in it was stored, a loss that verify must name when not. */
import type { Arena } from "../run/arena.ts";
import { readUnstored } from "../run/kafka_graves.ts";
import { anyOf, both, certain, type Fault } from "./fault.ts";

const STILL_MS_MAX = 45_000;
const LAG_MADE_MS = 1500;
const LOOK_MS = 100;
/** In a row, all the same: what a stopped relay had sent arrives late, and Kafka takes a moment to append it. */
const LOOKS = 3;

const drained: Fault = {
  name: "wipe_kafka_drained",
  about: "Kafka loses its folder with the relays paused and no lag: nothing may be lost",
  async inject(arena) {
    const { stores, fleet, note } = arena;
    const relays = fleet.named("outbox_relay");
    const before = stores.kafka.clusterId();
    for (const relay of relays) relay.pause();
    try {
      await untilStill(arena, (lag) => lag === 0);
      note("kafka_wiped_without_lag");
      await stores.kafka.wipe();
    } finally {
      for (const relay of relays) relay.resume();
    }
    return both(anyOf("partitions_assigned"), certain(stores.kafka.clusterId() !== before));
  },
};

const undrained: Fault = {
  name: "wipe_kafka_undrained",
  about: "Kafka loses its folder with votes in it that nobody has stored: verify must name each",
  async inject(arena) {
    const { stores, fleet, wait, kafka, history } = arena;
    const [relays, persisters] = [fleet.named("outbox_relay"), fleet.named("vote_persister")];
    for (const persister of persisters) persister.pause();
    let lost = 0;
    try {
      await wait(LAG_MADE_MS);
      // So that what is read now is what is lost.
      for (const relay of relays) relay.pause();
      await untilStill(arena, () => true);
      const votes = await readUnstored(kafka(), arena);
      lost = votes.length;
      if (lost > 0) history.event({ event: "kafka_lost", votes });
      await stores.kafka.wipe();
    } finally {
      for (const program of [...relays, ...persisters]) program.resume();
    }
    return both(anyOf("partitions_assigned"), certain(lost > 0));
  },
};

/** Waits until nothing that the paused relays sent is on its way any more, and the lag is one that is wanted. */
async function untilStill(
  { fleet, stores, lag, wait }: Arena,
  isWanted: (lag: number) => boolean,
): Promise<void> {
  const proxies = fleet.named("outbox_relay").map(({ id }) => stores.proxyFor("kafka", id));
  const sentBytes = () => proxies.reduce((sum, proxy) => sum + proxy.counters().requestBytes, 0);
  const deadline = performance.now() + STILL_MS_MAX;
  let [looks, last] = [0, ""];
  while (looks < LOOKS) {
    if (performance.now() > deadline) {
      throw new Error(`Wait for a still Kafka: it was not for ${STILL_MS_MAX} ms`);
    }
    const [sent, behind] = [sentBytes(), await lag()];
    const seen = `${sent} bytes, ${behind} behind`;
    looks = !isWanted(behind) ? 0 : seen === last ? looks + 1 : 1;
    last = seen;
    await wait(LOOK_MS);
  }
}

export const LOSE_KAFKA_FAULTS: readonly Fault[] = [drained, undrained];
