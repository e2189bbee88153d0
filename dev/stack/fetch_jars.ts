/**
 * The jars that the embedded Kafka and Redis are made of: resolved by Maven from java/pom.xml, checked against
 * java/checksums.sha256.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Checkout } from "./checkout.ts";
import { parseChecksums, verifyFolder } from "./checksum.ts";
import { fetchOnce } from "./fetch_once.ts";
import { runClient } from "./run_client.ts";
import { SetupError } from "./setup_error.ts";
import { readZipEntry } from "./zip_entry.ts";

const POM = fileURLToPath(new URL("./java/pom.xml", import.meta.url));
const CHECKSUMS = fileURLToPath(new URL("./java/checksums.sha256", import.meta.url));
const REDIS_JAR = "embedded-redis-0.9.1.jar";
const REDIS_VERSION = "7.0.15";

export interface Jars {
  /** For `java -cp`. */
  classPath: string;
  redisServer: string;
}

export async function fetchJars(checkout: Checkout, report: (state: string) => void): Promise<Jars> {
  const list = await Deno.readTextFile(CHECKSUMS);
  const checksums = parseChecksums(list);
  // The list names every version, so its digest is the version of the whole.
  const version = createHash("sha256").update(list).digest("hex").slice(0, 12);
  const folder = await fetchOnce({
    folder: join(checkout.fetched, `jars-${version}`),
    onStart: () => report("fetching the jars of Kafka and Redis with Maven (60 MB, once)"),
    fill: async (part) => {
      await copyDependencies(part);
      await verifyFolder(part, checksums);
      await unpackRedis(part);
    },
  });
  const classPath = [...checksums.keys()].filter((name) => name !== REDIS_JAR).map((name) =>
    join(folder, name)
  );
  return { classPath: classPath.join(":"), redisServer: join(folder, "redis-server") };
}

async function copyDependencies(part: string): Promise<void> {
  await runClient("mvn", {
    action: "Fetch the jars of Kafka and Redis",
    args: [
      "--batch-mode",
      "--quiet",
      // Maven only warns of a wrong checksum otherwise.
      "--strict-checksums",
      "--file",
      POM,
      "dependency:copy-dependencies",
      "-DincludeScope=runtime",
      `-DoutputDirectory=${part}`,
    ],
    install: "install Maven (the command mvn), or start Docker and use --stores=compose",
  });
}

async function unpackRedis(part: string): Promise<void> {
  const jar = await Deno.readFile(join(part, REDIS_JAR));
  const server = await readZipEntry(jar, redisEntryName(Deno.build));
  await Deno.writeFile(join(part, "redis-server"), server, { mode: 0o755 });
}

/** The name that the jar gives to this machine's binary. */
export function redisEntryName(build: { os: string; arch: string }): string {
  const arch = { x86_64: "amd64", aarch64: "arm64" }[build.arch];
  if (!arch || (build.os !== "linux" && build.os !== "darwin")) {
    throw new SetupError(
      `Choose the embedded Redis: there is none for ${build.os} on ${build.arch}, use --stores=compose`,
    );
  }
  return `redis-server-${REDIS_VERSION}-${build.os}-${arch}`;
}
