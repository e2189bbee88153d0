import { assert, assertEquals, assertRejects } from "@std/assert";
import { createSilentLogger } from "../testing/silent_logger.ts";
import { BACKOFF_MS_MAX } from "./backoff.ts";
import { FatalError, runLoop } from "./loop.ts";
import { pause } from "./pause.ts";

const HOUR_MS = 3_600_000;

Deno.test("runLoop() runs one step after another until the signal stops it", async () => {
  const log = createSilentLogger();
  const controller = new AbortController();
  let steps = 0;
  let running = 0;
  await runLoop({
    name: "lab",
    signal: controller.signal,
    log,
    async step() {
      running += 1;
      assertEquals(running, 1, "two steps at once");
      await Promise.resolve();
      running -= 1;
      steps += 1;
      if (steps === 5) controller.abort();
      return 0;
    },
  });
  assertEquals([steps, log.events.length], [5, 0]);
});

Deno.test("runLoop() does nothing when the signal came first", async () => {
  await runLoop({
    name: "lab",
    signal: AbortSignal.abort(),
    log: createSilentLogger(),
    step: () => Promise.reject(new Error("ran")),
  });
});

Deno.test("runLoop() tries a failed step again with backoff, and says when it recovered", async () => {
  const log = createSilentLogger();
  const controller = new AbortController();
  let steps = 0;
  await runLoop({
    name: "batch",
    signal: controller.signal,
    log,
    step() {
      steps += 1;
      if (steps <= 2 || steps === 4) return Promise.reject(new Error(`down ${steps}`));
      if (steps === 5) controller.abort();
      return Promise.resolve(0);
    },
  });
  assertEquals(log.events.map(({ level, event, fields }) => [level, event, fields.failures]), [
    ["warn", "batch_failed", 1],
    ["warn", "batch_failed", 2],
    ["info", "batch_recovered", 2],
    ["warn", "batch_failed", 1],
    ["info", "batch_recovered", 1],
  ]);
  for (const { fields } of log.events.filter(({ level }) => level === "warn")) {
    const retryInMs = fields.retryInMs as number;
    assert(retryInMs >= 25 && retryInMs <= BACKOFF_MS_MAX, String(retryInMs));
    assert(fields.error instanceof Error);
  }
});

Deno.test("runLoop() takes a step that throws at once for one that failed", async () => {
  const log = createSilentLogger();
  const controller = new AbortController();
  let steps = 0;
  await runLoop({
    name: "lab",
    signal: controller.signal,
    log,
    step() {
      steps += 1;
      if (steps === 1) throw new TypeError("at once");
      controller.abort();
      return Promise.resolve(0);
    },
  });
  assertEquals([steps, log.has("lab_failed")], [2, true]);
});

Deno.test("runLoop() ends a wait when the signal comes", async () => {
  const controller = new AbortController();
  let steps = 0;
  const loop = runLoop({
    name: "lab",
    signal: controller.signal,
    log: createSilentLogger(),
    step() {
      steps += 1;
      queueMicrotask(() => controller.abort());
      return Promise.resolve(HOUR_MS);
    },
  });
  await loop;
  assertEquals(steps, 1);
});

Deno.test("runLoop() is silent about a step that fails because the signal came", async () => {
  const log = createSilentLogger();
  const controller = new AbortController();
  await runLoop({
    name: "lab",
    signal: controller.signal,
    log,
    step() {
      controller.abort(new Error("Stopping"));
      return Promise.reject(controller.signal.reason);
    },
  });
  assertEquals(log.events, []);
});

Deno.test("runLoop() ends with a FatalError, even while stopping", async () => {
  for (const stopping of [false, true]) {
    const controller = new AbortController();
    let steps = 0;
    const loop = runLoop({
      name: "lab",
      signal: controller.signal,
      log: createSilentLogger(),
      step() {
        steps += 1;
        if (stopping) controller.abort();
        return Promise.reject(new FatalError("offset below the log's start"));
      },
    });
    await assertRejects(() => loop, FatalError, "offset below");
    assertEquals(steps, 1);
  }
});

Deno.test("pause() ends at once when the signal has come or comes, and after its time", async () => {
  await pause(HOUR_MS, AbortSignal.abort());
  const controller = new AbortController();
  const paused = pause(HOUR_MS, controller.signal);
  controller.abort();
  await paused;
  await pause(1, new AbortController().signal);
});
