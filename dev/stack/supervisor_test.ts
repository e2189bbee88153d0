import { assertEquals } from "@std/assert";
import type { Child } from "./child.ts";
import { superviseProgram } from "./supervisor.ts";

/** Programs that end when the test says so, or when they are asked to. */
function createFakePrograms() {
  const lives: { end: (how: string) => void }[] = [];
  const start = (): Promise<Child> => {
    const exited = Promise.withResolvers<string>();
    let ended = false;
    const end = (how: string) => {
      ended = true;
      exited.resolve(how);
    };
    lives.push({ end });
    return Promise.resolve({
      pid: lives.length,
      exited: exited.promise,
      hasExited: () => ended,
      signal: (name) => end(name === "SIGTERM" ? "exit code 0" : `signal ${name}`),
    });
  };
  return { lives, start };
}

/** Collects what is reported and wakes whoever waits for a line. */
function createReport() {
  const states: string[] = [];
  let changed = Promise.withResolvers<void>();
  const report = (state: string) => {
    states.push(state);
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const seen = async (state: string, times: number) => {
    while (states.filter((one) => one === state).length < times) await changed.promise;
  };
  return { states, report, seen };
}

Deno.test("superviseProgram() starts a program again that died, after a wait", async () => {
  const [programs, { states, report, seen }, stopping] = [
    createFakePrograms(),
    createReport(),
    new AbortController(),
  ];
  const supervisor = superviseProgram({
    start: programs.start,
    isReady: () => Promise.resolve(true),
    report,
    stopping: stopping.signal,
    random: () => 0,
  });
  await supervisor.ready;
  programs.lives[0]?.end("exit code 1");
  await seen("ready", 2);
  stopping.abort();
  await supervisor.stopped;
  const died = "ended with exit code 1, starting again in 125 ms";
  assertEquals(states, ["starting", "ready", died, "starting", "ready"]);
});

Deno.test("superviseProgram() starts a changed program again at once, stopped before in order", async () => {
  const [programs, { states, report, seen }, stopping] = [
    createFakePrograms(),
    createReport(),
    new AbortController(),
  ];
  const supervisor = superviseProgram({
    start: programs.start,
    isReady: () => Promise.resolve(true),
    report,
    stopping: stopping.signal,
  });
  await supervisor.ready;
  supervisor.restart("main.ts changed");
  await seen("ready", 2);
  stopping.abort();
  await supervisor.stopped;
  assertEquals(states, ["starting", "ready", "main.ts changed, starting again", "starting", "ready"]);
});

Deno.test("superviseProgram() ends with a program that never became ready", async () => {
  const [programs, { states, report }, stopping] = [
    createFakePrograms(),
    createReport(),
    new AbortController(),
  ];
  const supervisor = superviseProgram({
    start: programs.start,
    isReady: () => Promise.resolve(false),
    report,
    stopping: stopping.signal,
  });
  stopping.abort();
  await supervisor.stopped;
  assertEquals(states, ["starting"]);
});

Deno.test("superviseProgram() keeps a program down that was killed on purpose, until it is started", async () => {
  const [programs, { states, report }, stopping] = [
    createFakePrograms(),
    createReport(),
    new AbortController(),
  ];
  const supervisor = superviseProgram({
    start: programs.start,
    isReady: () => Promise.resolve(true),
    report,
    stopping: stopping.signal,
  });
  await supervisor.ready;
  await supervisor.kill();
  supervisor.restart("main.ts changed");
  await supervisor.kill();
  assertEquals(programs.lives.length, 1);
  await supervisor.start();
  assertEquals(programs.lives.length, 2);
  // One that runs is not started twice.
  await supervisor.start();
  stopping.abort();
  await supervisor.stopped;
  const down = "killed, down until it is started";
  assertEquals(states, ["starting", "ready", down, "main.ts changed, starting again", "starting", "ready"]);
});
