import { assert, assertEquals } from "@std/assert";
import { BROKEN_MANIFESTS } from "./broken_manifests.ts";
import { POLICIES } from "./policies.ts";

Deno.test("BROKEN_MANIFESTS show every policy, and the schemas, a fault that it alone must refuse", () => {
  const shown = BROKEN_MANIFESTS.filter(({ refusedBy }) => refusedBy.length === 1).flatMap(({ refusedBy }) =>
    refusedBy
  );
  const unshown = ["schema", ...Object.keys(POLICIES)].filter((name) =>
    !shown.some((judge) => judge === name)
  );
  assertEquals(unshown, []);
});

Deno.test("BROKEN_MANIFESTS tell their faults apart, and each has a judge", () => {
  const faults = BROKEN_MANIFESTS.map(({ fault, overlay }) => `${overlay} ${fault}`);
  assertEquals(new Set(faults).size, faults.length);
  assert(BROKEN_MANIFESTS.every(({ refusedBy, edits }) => refusedBy.length > 0 && edits.length > 0));
});
