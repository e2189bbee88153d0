import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { spawnChild } from "./child.ts";
import { stopLeftovers, writePidFile } from "./pid_file.ts";

async function withSleeper(
  act: (folder: string, sleeper: { pid: number; exited: Promise<string> }) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  const sleeper = await spawnChild({
    command: "sleep",
    args: ["600"],
    environment: { PATH: "/usr/bin:/bin" },
    output: { path: join(folder, "log") },
    workingFolder: folder,
  });
  try {
    await act(folder, sleeper);
  } finally {
    sleeper.signal("SIGKILL");
    await sleeper.exited;
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("stopLeftovers() stops the process that was recorded, and forgets it", async () => {
  await withSleeper(async (folder, sleeper) => {
    await writePidFile(folder, { name: "redis", pid: sleeper.pid });
    assertEquals(await stopLeftovers(folder), ["redis"]);
    assertEquals(await sleeper.exited, "signal SIGTERM");
    assertEquals(await stopLeftovers(folder), []);
  });
});

Deno.test("stopLeftovers() leaves a stranger alone that got the pid", async () => {
  await withSleeper(async (folder, sleeper) => {
    const record = { pid: sleeper.pid, identity: "another boot/1" };
    await Deno.writeTextFile(join(folder, "redis.pid"), JSON.stringify(record));
    assertEquals(await stopLeftovers(folder), []);
    assert(Deno.kill(sleeper.pid, "SIGCONT") === undefined);
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["log"]);
  });
});

Deno.test("stopLeftovers() does nothing without a folder", async () => {
  assertEquals(await stopLeftovers("/nowhere/at/all"), []);
});
