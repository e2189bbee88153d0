import { assertEquals } from "@std/assert";
import { pace } from "./pace.ts";

/** A clock that moves by what each beat takes. */
async function paced(
  options: { perSecond: number; total: number; beatsMs: (beat: number) => number; stopAtMs?: number },
) {
  let [ms, beats] = [1000, 0];
  const sent: { n: number; dueMs: number; atMs: number }[] = [];
  const stopping = new AbortController();
  const count = await pace({
    ...options,
    nowMs: () => ms,
    beat: () => {
      ms += options.beatsMs(beats++);
      if (ms >= (options.stopAtMs ?? Infinity)) stopping.abort();
      return Promise.resolve();
    },
    send: (n, dueMs) => void sent.push({ n, dueMs, atMs: ms }),
    signal: stopping.signal,
  });
  return { sent, count };
}

Deno.test("pace() sends each vote within a beat of the moment that it is due, and none before", async () => {
  const { sent } = await paced({ perSecond: 3000, total: 9000, beatsMs: () => 1 });
  assertEquals(sent.map(({ n }) => n), Array.from({ length: 9000 }, (_, n) => n));
  assertEquals(sent.filter(({ dueMs, atMs }) => atMs < dueMs - 1e-6 || atMs > dueMs + 1), []);
  assertEquals(sent.at(-1)?.dueMs, 1000 + 8999 / 3);
});

Deno.test("pace() catches up after a standstill, and still counts from when each vote was due", async () => {
  const { sent } = await paced({ perSecond: 1000, total: 1000, beatsMs: (beat) => beat === 10 ? 500 : 1 });
  assertEquals(sent.map(({ dueMs }) => dueMs), Array.from({ length: 1000 }, (_, n) => 1000 + n));
  const late = sent.filter(({ dueMs, atMs }) => atMs - dueMs > 1);
  assertEquals(late.length, 498);
  assertEquals(sent.at(-1)?.atMs, 1999);
});

Deno.test("pace() at a rate below one a beat does not bunch votes", async () => {
  const { sent } = await paced({ perSecond: 10, total: 5, beatsMs: () => 1 });
  assertEquals(sent.map(({ atMs }) => atMs), [1000, 1100, 1200, 1300, 1400]);
});

Deno.test("pace() stops when its signal fires and says how many were sent", async () => {
  const { count } = await paced({ perSecond: 1000, total: 1000, beatsMs: () => 1, stopAtMs: 1100 });
  assertEquals(count, 100);
});
