import { assertEquals } from "@std/assert";
import { stillHolds } from "./stored_marks.ts";

const basis = (offsets: Record<string, string>, forgottenAt: string | null = null) => ({
  offsets,
  forgottenAt,
});
const holds = (before: unknown, now: ReturnType<typeof basis>) => stillHolds(JSON.stringify(before), now);

Deno.test("stillHolds() wants every partition at least where it was", () => {
  const before = basis({ "c t 0": "9", "c t 1": "100" });
  assertEquals(holds(before, before), true);
  assertEquals(holds(before, basis({ "c t 0": "10", "c t 1": "100", "c t 2": "0" })), true);
  // As numbers: as texts 100 would be below 99.
  assertEquals(holds(basis({ "c t 0": "99" }), basis({ "c t 0": "100" })), true);
  assertEquals(holds(before, basis({ "c t 0": "8", "c t 1": "1000" })), false);
  assertEquals(holds(before, basis({ "c t 0": "9" })), false);
  assertEquals(holds(before, basis({ "d t 0": "9", "d t 1": "100" })), false);
  const far = "9007199254740993";
  assertEquals(holds(basis({ "c t 0": far }), basis({ "c t 0": "9007199254740992" })), false);
});

Deno.test("stillHolds() does not outlive records that were given up", () => {
  const offsets = { "c t 0": "9" };
  assertEquals(holds(basis(offsets), basis(offsets, "2026-01-01 00:00:00+00")), false);
  assertEquals(holds(basis(offsets, "a"), basis(offsets, "a")), true);
  assertEquals(holds(basis(offsets, "a"), basis(offsets, "b")), false);
});

Deno.test("stillHolds() takes nothing from a basis that it cannot read", () => {
  const now = basis({});
  for (const text of ["", "{", "null", "7", "{}", '{"offsets":{}}']) {
    assertEquals(stillHolds(text, now), false, text);
  }
});
