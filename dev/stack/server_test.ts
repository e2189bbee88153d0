import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { createServer, type StoreServer } from "./server.ts";
import { SetupError } from "./setup_error.ts";

async function withServer(script: string, test: (server: StoreServer) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const server = createServer({
    name: "lab",
    command: "/bin/sh",
    args: ["-c", script],
    environment: { PATH: "/usr/bin:/bin" },
    logPath: join(folder, "lab.log"),
    pidFolder: folder,
    workingFolder: folder,
    stopSignal: "SIGTERM",
    stopDeadlineMs: 10_000,
    startAttemptsMax: 1,
    // Its log is all that it has to show.
    isReady: async () => (await Deno.readTextFile(join(folder, "lab.log"))).includes("up"),
  });
  try {
    await test(server);
  } finally {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("createServer() tells of an end that nobody asked for, with the last log lines", async () => {
  await withServer("echo up; echo last; exec sleep 600", async (server) => {
    await server.start();
    const lost = server.lost();
    server.signal("SIGKILL");
    const { how, logTail } = await lost;
    assertEquals([how, ...logTail], ["signal SIGKILL", "up", "last"]);
  });
});

Deno.test("createServer() tells of no end that was asked for", async () => {
  await withServer("echo up; exec sleep 600", async (server) => {
    await server.start();
    let told = false;
    const lost = server.lost().then(() => told = true);
    await server.kill();
    await server.start();
    await server.stop();
    assertEquals(told, false);
    await server.start();
    server.signal("SIGKILL");
    assert(await lost);
  });
});

Deno.test("createServer() says in the store's own words why it did not start, and where the rest is", async () => {
  await withServer("echo 'Address already in use'; exit 1", async (server) => {
    const error = await assertRejects(() => server.start(), SetupError);
    assertStringIncludes(error.message, "Start lab: it ended with exit code 1; its log is ");
    assertStringIncludes(error.message, "lab.log, and ends with\n  Address already in use");
  });
});
