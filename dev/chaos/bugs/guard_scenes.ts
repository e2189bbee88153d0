/** Faults around the guard in the order that brings its bugs out. */
import type { Arena } from "../run/arena.ts";
import { anyOf, type Fault } from "../faults/fault.ts";
import { loseVotesUnderWay } from "../faults/late_votes.ts";

const HIT_MS_MAX = 20_000;
const RESTORED_MS_MAX = 20_000;

/** The guard dies between carrying late votes to Redis and noting it: the next one carries them again. */
export const carryTwice: Fault = {
  name: "carry_twice",
  about: "",
  async inject(arena: Arena) {
    const { fleet, untilSeen } = arena;
    const guards = fleet.named("vote_persister");
    const hit = untilSeen("crash_after_carry", HIT_MS_MAX);
    for (const guard of guards) guard.tell({ do: "crash", point: "after_carry" });
    try {
      await loseVotesUnderWay(arena);
      await hit;
    } finally {
      for (const guard of guards) guard.tell({ do: "release", point: "after_carry" });
    }
    return anyOf("crash_after_carry");
  },
};

/** Late votes are marked, and before they are carried Redis is lost once more. */
export const wipeBeforeCarry: Fault = {
  name: "wipe_before_carry",
  about: "",
  async inject(arena: Arena) {
    const { fleet, untilSeen, wipeRedis } = arena;
    const guards = fleet.named("vote_persister");
    const held = untilSeen("hold_before_carry", HIT_MS_MAX);
    for (const guard of guards) guard.tell({ do: "hold", point: "before_carry" });
    let restored: Promise<boolean> | undefined;
    try {
      await loseVotesUnderWay(arena);
      await held;
      restored = untilSeen("shard_restored", RESTORED_MS_MAX);
      await wipeRedis();
    } finally {
      for (const guard of guards) guard.tell({ do: "release", point: "before_carry" });
    }
    await restored;
    return anyOf("hold_before_carry");
  },
};
