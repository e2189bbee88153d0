import { assert, assertEquals } from "@std/assert";
import { installMovableClock } from "./movable_clock.ts";

const HOUR_MS = 3_600_000;

function install() {
  const target: { Date: DateConstructor } = { Date };
  const clock = installMovableClock(target);
  return { target, clock };
}

Deno.test("moveTo() moves Date.now() and new Date() alike, and back", () => {
  const { target, clock } = install();
  for (const offsetMs of [HOUR_MS, -HOUR_MS, 0]) {
    clock.moveTo(offsetMs);
    for (const ms of [target.Date.now(), new target.Date().getTime(), Date.parse(target.Date())]) {
      assert(Math.abs(ms - Date.now() - offsetMs) < 2000);
    }
  }
});

Deno.test("moveTo() leaves dates that are given, and what a date is, alone", () => {
  const { target, clock } = install();
  clock.moveTo(HOUR_MS);
  assertEquals(new target.Date(0).toISOString(), "1970-01-01T00:00:00.000Z");
  assertEquals(target.Date.UTC(1970, 0, 1), 0);
  assert(new target.Date() instanceof target.Date && new target.Date() instanceof Date);
});
