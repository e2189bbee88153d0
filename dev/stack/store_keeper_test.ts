import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Loss } from "./store.ts";
import { keepStoreRunning } from "./store_keeper.ts";

const LOSS: Loss = { how: "signal SIGKILL", logPath: "/logs/redis.log", logTail: ["one", "two"] };

/** A store that is lost as often as told, and whose starts end as told. */
function createLab(options: { losses: number; starts: (attempt: number) => Promise<void> }) {
  const [said, stopping] = [[] as string[], new AbortController()];
  let [losses, starts] = [options.losses, 0];
  const kept = keepStoreRunning({
    control: {
      lost: () => {
        if (losses-- > 0) return Promise.resolve(LOSS);
        stopping.abort();
        return new Promise(() => {});
      },
      start: () => options.starts(starts++),
    },
    report: (state) => said.push(`=${state.replace(/\d+ ms/, "… ms")}`),
    show: (line) => said.push(line),
    stopping: stopping.signal,
    random: () => -0.998,
  });
  return { kept, said, starts: () => starts };
}

Deno.test("keepStoreRunning() tells which store was lost, with its last log lines, and starts it again", async () => {
  const { kept, said } = createLab({ losses: 1, starts: () => Promise.resolve() });
  await kept;
  assertEquals(said, [
    "=ended with signal SIGKILL, starting again in … ms",
    "its last lines, the rest is in /logs/redis.log:",
    "one",
    "two",
    "=starting",
    "=ready",
  ]);
});

Deno.test("keepStoreRunning() tries again a store that does not start, and says why it did not", async () => {
  const { kept, said, starts } = createLab({
    losses: 1,
    starts: (attempt) =>
      attempt === 0 ? Promise.reject(new Error("Start redis: no\n  port")) : Promise.resolve(),
  });
  await kept;
  assertEquals(starts(), 2);
  assertEquals(said.slice(5), [
    "=did not start, starting again in … ms",
    "Start redis: no",
    "  port",
    "=starting",
    "=ready",
  ]);
});

Deno.test("keepStoreRunning() gives up a store that never starts, and says what to do", async () => {
  const { kept, said, starts } = createLab({ losses: 9, starts: () => Promise.reject(new Error("no")) });
  await kept;
  assertEquals(starts(), 5);
  assertStringIncludes(said.at(-1) ?? "", "does not start again: mend what its log names");
});

Deno.test("keepStoreRunning() leaves alone what others look after", async () => {
  const said: string[] = [];
  const record = (text: string) => said.push(text);
  const stopping = new AbortController();
  await keepStoreRunning({
    control: { start: () => Promise.resolve() },
    report: record,
    show: record,
    stopping: stopping.signal,
  });
  assertEquals(said, []);
});
