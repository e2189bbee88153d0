import { assert } from "@std/assert";
import { bugMsMax, runMsMax } from "./hard_end.ts";
import { REST_MS_MAX } from "./quiesce.ts";
import { ACCEPTED_MS_MAX, STORED_MS_MAX } from "./recovery.ts";
import { CHANGE_USES_MS_MAX } from "./stage.ts";

Deno.test("a run is never ended before all of its parts have had their time", () => {
  const parts = ACCEPTED_MS_MAX + STORED_MS_MAX + REST_MS_MAX;
  assert(runMsMax([{ durationMs: 60_000 }, { durationMs: 15_000 }]) > 75_000 + CHANGE_USES_MS_MAX + parts);
  assert(bugMsMax(3) > 3 * (ACCEPTED_MS_MAX + STORED_MS_MAX) + REST_MS_MAX);
});
