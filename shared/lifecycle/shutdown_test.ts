import { assert, assertEquals } from "@std/assert";
import { createSilentLogger } from "../testing/silent_logger.ts";
import { pause } from "./pause.ts";
import { createShutdown } from "./shutdown.ts";

const LONG_MS = 60_000;

function createLab(deadlineMs = LONG_MS) {
  const log = createSilentLogger();
  const shutdown = createShutdown({ log, deadlineMs });
  const ran: string[] = [];
  const step = (name: string) => () => void ran.push(name);
  return { log, shutdown, ran, step };
}

Deno.test("createShutdown() runs its steps newest first, one after another, and ends with 0", async () => {
  const { shutdown, ran, step, log } = createLab();
  shutdown.add("store", step("store"));
  shutdown.add("loop", async () => {
    await Promise.resolve();
    assertEquals(ran, ["intake"]);
    ran.push("loop");
  });
  shutdown.add("intake", step("intake"));
  assert(!shutdown.signal.aborted);
  shutdown.begin("SIGTERM");
  assert(shutdown.signal.aborted);
  assertEquals(await shutdown.finished, 0);
  assertEquals(ran, ["intake", "loop", "store"]);
  assertEquals(log.events.map(({ event, fields }) => [event, fields.reason ?? fields.exitCode]), [
    ["program_stopping", "SIGTERM"],
    ["program_stopped", 0],
  ]);
});

Deno.test("createShutdown() goes on after a step that fails, and the exit code tells", async () => {
  const { shutdown, ran, step, log } = createLab();
  shutdown.add("last", step("last"));
  shutdown.add("rejects", () => Promise.reject(new Error("no")));
  shutdown.add("throws", () => {
    throw new Error("no");
  });
  shutdown.add("first", step("first"));
  shutdown.begin("SIGTERM");
  assertEquals(await shutdown.finished, 1);
  assertEquals(ran, ["first", "last"]);
  const failed = log.events.filter(({ event }) => event === "stop_step_failed").map(({ fields }) =>
    fields.step
  );
  assertEquals(failed, ["throws", "rejects"]);
});

Deno.test("createShutdown() goes on after a step that hangs, and every later one still gets its turn", async () => {
  const { shutdown, ran, step, log } = createLab(20);
  shutdown.add("last", step("last"));
  shutdown.add("quick", async () => {
    await Promise.resolve();
    ran.push("quick");
  });
  shutdown.add("hangs", () => new Promise<void>(() => {}));
  shutdown.begin("SIGTERM");
  assertEquals(await shutdown.finished, 1);
  assertEquals(ran, ["quick", "last"]);
  assert(log.events.some(({ fields }) => fields.step === "hangs"));
});

Deno.test("createShutdown() begins once: a second begin changes nothing", async () => {
  const { shutdown, ran, step, log } = createLab();
  shutdown.add("only", () => {
    shutdown.begin("from a step");
    step("only")();
  });
  shutdown.begin("first");
  shutdown.begin("second");
  assertEquals(await shutdown.finished, 0);
  shutdown.begin("third");
  assertEquals(ran, ["only"]);
  assertEquals((shutdown.signal.reason as Error).message, "Stopping: first");
  assertEquals(log.events.filter(({ event }) => event === "program_stopping").length, 1);
});

Deno.test("createShutdown() ends with 1 when the program failed, before stopping or during it", async () => {
  const failing = createLab();
  failing.shutdown.add("store", failing.step("store"));
  failing.shutdown.fail("loop_failed", new Error("broken"));
  assertEquals([await failing.shutdown.finished, failing.ran], [1, ["store"]]);
  assert(failing.log.has("program_failed"));

  const { shutdown } = createLab();
  shutdown.add("loop", () => shutdown.fail("loop_failed", new Error("broken")));
  shutdown.begin("SIGTERM");
  assertEquals(await shutdown.finished, 1);
});

Deno.test("createShutdown() also runs a step that is added while it stops", async () => {
  const { shutdown, ran, step } = createLab();
  shutdown.add("store", () => {
    step("store")();
    shutdown.add("late", step("late"));
  });
  shutdown.begin("SIGTERM");
  assertEquals([await shutdown.finished, ran], [0, ["store", "late"]]);
});

Deno.test("createShutdown() ends with 0 when there is nothing to stop", async () => {
  const { shutdown } = createLab();
  shutdown.begin("SIGTERM");
  assertEquals(await shutdown.finished, 0);
});

Deno.test("createShutdown() drains before its first step, with its signal given", async () => {
  const { shutdown, ran, step, log } = createLab();
  shutdown.add("server", step("server"));
  shutdown.drainFor(5);
  shutdown.begin("SIGTERM");
  assert(shutdown.signal.aborted);
  await Promise.resolve();
  assertEquals(ran, [], "stopped before the drain was over");
  assertEquals([await shutdown.finished, ran], [0, ["server"]]);
  assertEquals(log.events.map(({ event }) => event), [
    "program_stopping",
    "program_draining",
    "program_stopped",
  ]);
});

Deno.test("createShutdown() counts its deadline from the end of the drain", async () => {
  const { shutdown, ran, step } = createLab(1000);
  // Longer than a deadline that is over leaves it.
  shutdown.add("takes a moment", () => pause(5, new AbortController().signal).then(step("takes a moment")));
  shutdown.drainFor(1100);
  shutdown.begin("SIGTERM");
  assertEquals([await shutdown.finished, ran], [0, ["takes a moment"]]);
});

Deno.test("createShutdown() does not drain a program that cannot go on, nor go on draining one that breaks", async () => {
  const failing = createLab();
  failing.shutdown.add("server", failing.step("server"));
  failing.shutdown.drainFor(LONG_MS);
  failing.shutdown.fail("loop_failed", new Error("broken"));
  assertEquals([await failing.shutdown.finished, failing.ran], [1, ["server"]]);

  const { shutdown, ran, step } = createLab();
  shutdown.add("server", step("server"));
  shutdown.drainFor(LONG_MS);
  shutdown.begin("SIGTERM");
  await Promise.resolve();
  shutdown.fail("loop_failed", new Error("broken"));
  assertEquals([await shutdown.finished, ran], [1, ["server"]]);
});
