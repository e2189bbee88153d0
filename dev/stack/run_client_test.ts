import { assertRejects } from "@std/assert";
import { join } from "node:path";
import { findJava } from "./embedded_kafka.ts";
import { runClient } from "./run_client.ts";
import { SetupError } from "./setup_error.ts";

/** A folder for JAVA_HOME whose java prints this. */
async function withJava(script: string, test: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(home, "bin"));
    await Deno.writeTextFile(join(home, "bin", "java"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await test(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("runClient() says what to install where the command is missing", async () => {
  const install = "install Maven (the command mvn)";
  await assertRejects(
    () => runClient("/nowhere/mvn", { action: "Fetch the jars", args: [], install }),
    SetupError,
    "Fetch the jars: install Maven (the command mvn)",
  );
});

Deno.test("runClient() shows the last lines of a client that fails", async () => {
  await assertRejects(
    () => runClient("/bin/sh", { action: "Fetch it", args: ["-c", "echo why >&2; exit 3"], install: "" }),
    SetupError,
    "Fetch it: /bin/sh ended with code 3 and said\n  why",
  );
});

Deno.test("findJava() refuses a Java that is too old, or none, and says what to install", async () => {
  const install = "install Java 17 or newer (the command java), or start Docker and use --stores=compose";
  await withJava(`echo 'openjdk version "11.0.2" 2019-01-15' >&2`, async (home) => {
    await assertRejects(() => findJava(home), SetupError, `Start Kafka: Java 11 is too old, ${install}`);
  });
  await withJava("echo 'Unable to locate a Java Runtime.' >&2; exit 1", async (home) => {
    await assertRejects(() => findJava(home), SetupError, `Start Kafka: ${install}`);
  });
  await assertRejects(() => findJava("/nowhere"), SetupError, `Start Kafka: ${install}`);
});
