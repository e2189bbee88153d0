import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../testing/wait_for.ts";
import { measureLoopDelay } from "./loop_delay.ts";

Deno.test("measureLoopDelay() sees a blocked loop as one long delay", async () => {
  const delays: number[] = [];
  const stop = measureLoopDelay((seconds) => delays.push(seconds));
  await waitFor(() => delays.length >= 1, { what: "a first beat" });
  const before = delays.length;
  const untilMs = performance.now() + 600;
  while (performance.now() < untilMs);
  await waitFor(() => delays.length >= before + 6, { what: "beats after the block" });
  stop();
  // A beat is due 100 ms after the one before: the rest of the block is delay, in one beat and not in six.
  assert((delays[before] ?? 0) >= 0.4, `${delays}`);
  assert(delays.every((delay) => delay >= 0), `${delays}`);
  // What is told once is not told again by every beat that follows.
  assert(Math.min(...delays.slice(before + 1)) < 0.4, `${delays}`);
});

Deno.test("measureLoopDelay() ends when it is told to", async () => {
  const delays: number[] = [];
  measureLoopDelay((seconds) => delays.push(seconds))();
  const others: number[] = [];
  const stop = measureLoopDelay((seconds) => others.push(seconds));
  await waitFor(() => others.length >= 2, { what: "beats of another" });
  stop();
  assertEquals(delays, []);
});
