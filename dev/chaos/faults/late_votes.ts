/** Votes that reach Kafka only after Redis has lost them and was restored without them: they have to be carried. */
import type { Arena } from "../run/arena.ts";

const HELD_MS_MAX = 10_000;
const RESTORED_MS_MAX = 20_000;

/** The relays hold what they have read, Redis loses its disk, and once it is open again the relays go on. */
export async function loseVotesUnderWay({ fleet, untilSeen, wipeRedis }: Arena): Promise<void> {
  const relays = fleet.named("outbox_relay");
  const held = untilSeen("hold_before_produce", HELD_MS_MAX);
  for (const relay of relays) relay.tell({ do: "hold", point: "before_produce" });
  try {
    await held;
    const restored = untilSeen("shard_restored", RESTORED_MS_MAX);
    await wipeRedis();
    await restored;
  } finally {
    for (const relay of relays) relay.tell({ do: "release", point: "before_produce" });
  }
}
