import { assertEquals } from "@std/assert";
import { setTimeout as timeout } from "node:timers/promises";
import { type LagOptions, watchLag } from "./lag.ts";

/** A watch on a clock that moves by what it waits. */
function watched(options: Pick<LagOptions, "perSecond" | "present"> & Partial<LagOptions>) {
  let ms = 0;
  const waits: number[] = [];
  const watch = watchLag({
    requestId: (n) => `load-test-${n}`,
    nowMs: () => ms,
    async wait(waitMs) {
      ms += waitMs;
      waits.push(waitMs);
      await timeout(0);
    },
    signal: new AbortController().signal,
    ...options,
  });
  return { watch, waits };
}

const all = (ids: readonly string[]) => Promise.resolve([...ids]);

Deno.test("watchLag() samples votes of both kinds, every n-th where they are many", async () => {
  const asked = new Set<string>();
  const present = (ids: readonly string[]) => {
    for (const id of ids) asked.add(id);
    return all(ids);
  };
  const { watch } = watched({ perSecond: 3000, present });
  for (let n = 0; n < 100; n++) watch.accepted(n, 0);
  const { lag, unseen, skipped } = await watch.finish();
  assertEquals([...asked], [0, 31, 62, 93].map((n) => `load-test-${n}`));
  assertEquals([lag.count, unseen, skipped], [4, 0, 0]);
});

Deno.test("watchLag() leaves out what comes while too many are waited for, and says so", async () => {
  const { watch } = watched({ perSecond: 1, present: all });
  for (let n = 0; n < 10_003; n++) watch.accepted(n, 0);
  const { lag, skipped } = await watch.finish();
  assertEquals([lag.count, skipped], [10_000, 3]);
});

Deno.test("watchLag() counts a vote that is never seen with the time that it was waited for", async () => {
  const { watch } = watched({ perSecond: 1, present: () => Promise.resolve([]), finishMsMax: 1000 });
  watch.accepted(0, 0);
  const { lag, unseen } = await watch.finish();
  assertEquals([lag.count, unseen], [1, 1]);
  assertEquals(Math.round(lag.max / 100), 10);
});

Deno.test("watchLag() outlasts a Postgres that is away, whose absence is lag", async () => {
  let failures = 2;
  const present = (ids: readonly string[]) =>
    failures-- > 0 ? Promise.reject(new Error("the connection has ended")) : all(ids);
  const { watch, waits } = watched({ perSecond: 1, present });
  watch.accepted(0, 0);
  const { lag, unseen } = await watch.finish();
  assertEquals([lag.count, unseen], [1, 0]);
  assertEquals(waits.filter((ms) => ms === 500).length, 2);
  assertEquals(Math.round(lag.max / 100), 10);
});
