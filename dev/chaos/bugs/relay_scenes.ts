/** Faults of the relay in the order that brings its bugs out. */
import type { Arena } from "../run/arena.ts";
import { certain, type Fault } from "../faults/fault.ts";
import type { ProgramCopy } from "../run/program_copy.ts";

const HIT_MS_MAX = 15_000;
/** Votes that gather while the relays wait: enough for many sends at once. */
const GATHER_MS = 2500;
const SWALLOW_MS = 1000;
const MOVED_MS_MAX = 40_000;

/**
 * A full outbox is sent, the first acknowledgements are lost with their connection, and no other relay is there to send
 * the same once more.
 */
export const loseAcknowledgements: Fault = {
  name: "lose_acknowledgements",
  about: "",
  async inject(arena: Arena) {
    const { stores, fleet, untilSeen, wait } = arena;
    const relays = fleet.named("outbox_relay");
    const holder = await holdAfterTrim(arena);
    const others = relays.filter((relay) => relay !== holder);
    const proxy = stores.proxyFor("kafka", holder.id);
    for (const other of others) other.pause();
    try {
      await wait(GATHER_MS);
      proxy.swallowAnswers();
      const moved = untilSeen("hold_after_trim", MOVED_MS_MAX);
      holder.tell({ do: "release", point: "after_trim" });
      holder.tell({ do: "hold", point: "after_trim" });
      await wait(SWALLOW_MS);
      proxy.endSwallowing();
      return certain(await moved);
    } finally {
      proxy.endSwallowing();
      for (const other of others) other.resume();
      for (const relay of relays) relay.tell({ do: "release", point: "after_trim" });
    }
  },
};

/** Returns the relay that is at work, which waits from now on. */
async function holdAfterTrim({ fleet, sightings, untilSeen }: Arena): Promise<ProgramCopy> {
  const mark = sightings.mark();
  const held = untilSeen("hold_after_trim", HIT_MS_MAX);
  for (const relay of fleet.named("outbox_relay")) relay.tell({ do: "hold", point: "after_trim" });
  await held;
  const hit = sightings.list(mark).find(({ label }) => label === "hold_after_trim");
  const holder = fleet.named("outbox_relay").find(({ id }) => id === hit?.source);
  if (!holder) throw new Error(`Hold the relay that is at work: none was there within ${HIT_MS_MAX} ms`);
  return holder;
}
