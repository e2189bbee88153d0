/** The wall clock of one API or one rotator is wrong for a while. */
import { certain, type Fault } from "./fault.ts";

const OFFSETS_MS: Readonly<Record<string, number>> = {
  "5s_ahead": 5000,
  "5s_behind": -5000,
  "1h_ahead": 3_600_000,
  "1h_behind": -3_600_000,
};
const WRONG_MS = { min: 2500, max: 6000 };
const TOLD_MS_MAX = 5000;

export const CLOCK_FAULTS: readonly Fault[] = (["api", "ticket_rotator"] as const).flatMap((program) =>
  Object.entries(OFFSETS_MS).map(([label, offsetMs]): Fault => ({
    name: `clock_${program}_${label}`,
    about: `Date of one ${program} is ${label.replace("_", " ")}; timers and performance.now() go on`,
    async inject({ fleet, sightings, untilSeen, wait }, random) {
      const copy = random.pick(fleet.named(program));
      const mark = sightings.mark();
      const told = untilSeen("clock_moved", TOLD_MS_MAX);
      copy.tell({ do: "clock", offsetMs });
      try {
        await told;
        await wait(random.between(WRONG_MS.min, WRONG_MS.max));
      } finally {
        copy.tell({ do: "clock", offsetMs: 0 });
      }
      const moved = sightings.list(mark).find(({ label }) => label === "clock_moved");
      // What the process itself believed, beside when its line came here.
      return certain(
        moved !== undefined && Math.abs(Number(moved.line["nowMs"]) - moved.atMs - offsetMs) < 2000,
      );
    },
  }))
);
