import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { javaMajor, kafkaConfig } from "./embedded_kafka.ts";
import { postgresSettings } from "./embedded_postgres.ts";
import { redisConfig } from "./embedded_redis.ts";
import { redisEntryName } from "./fetch_jars.ts";
import { npmPlatform } from "./fetch_postgres.ts";
import { SetupError } from "./setup_error.ts";

Deno.test("javaMajor() understands every way in which Java names its version", () => {
  assertEquals(javaMajor('openjdk version "17.0.15" 2025-04-15'), 17);
  assertEquals(javaMajor('openjdk version "21" 2023-09-19'), 21);
  assertEquals(javaMajor('java version "1.8.0_392"'), 8);
  assertEquals(javaMajor('Picked up _JAVA_OPTIONS: -Xmx1g\nopenjdk version "25-ea"'), 25);
  assertEquals(javaMajor("The operation couldn't be completed. Unable to locate a Java Runtime."), undefined);
});

Deno.test("the embedded binaries exist for Linux and macOS on both processors", () => {
  assertEquals(redisEntryName({ os: "linux", arch: "x86_64" }), "redis-server-7.0.15-linux-amd64");
  assertEquals(redisEntryName({ os: "darwin", arch: "aarch64" }), "redis-server-7.0.15-darwin-arm64");
  assertEquals(npmPlatform({ os: "linux", arch: "aarch64" }), "linux-arm64");
  assertEquals(npmPlatform({ os: "darwin", arch: "x86_64" }), "darwin-x64");
  assertThrows(() => redisEntryName({ os: "windows", arch: "x86_64" }), SetupError, "use --stores=compose");
});

Deno.test("redisConfig() keeps every vote on disk and lets a full memory refuse", () => {
  const lines = redisConfig({ folder: '/a "b" c', port: 1 }).split("\n");
  for (
    const wanted of ["appendonly yes", "appendfsync always", "maxmemory-policy noeviction", "bind 127.0.0.1"]
  ) {
    assertEquals(lines.includes(wanted), true, wanted);
  }
  assertStringIncludes(lines.join("\n"), 'dir "/a \\"b\\" c"');
});

Deno.test("Kafka and Postgres listen on the loopback interface alone", () => {
  const kafka = kafkaConfig({ port: 1, controllerPort: 2, logs: "/logs" });
  assertStringIncludes(kafka, "listeners=CLIENTS://127.0.0.1:1,CONTROLLER://127.0.0.1:2\n");
  assertStringIncludes(kafka, "auto.create.topics.enable=false\n");
  assertEquals(postgresSettings(3).slice(0, 3), [
    "listen_addresses=127.0.0.1",
    "port=3",
    "unix_socket_directories=",
  ]);
});

Deno.test("kafkaConfig() sends whoever comes by a door back to the port before it", () => {
  const doors = [{ port: 3, advertisedPort: 4 }, { port: 5, advertisedPort: 6 }];
  const kafka = kafkaConfig({ port: 1, controllerPort: 2, doors, logs: "/logs" });
  const [first, second] = ["DOOR1://127.0.0.1", "DOOR2://127.0.0.1"];
  assertStringIncludes(
    kafka,
    `\nlisteners=CLIENTS://127.0.0.1:1,${first}:3,${second}:5,CONTROLLER://127.0.0.1:2\n`,
  );
  assertStringIncludes(kafka, `\nadvertised.listeners=CLIENTS://127.0.0.1:1,${first}:4,${second}:6\n`);
  assertStringIncludes(kafka, "=CLIENTS:PLAINTEXT,DOOR1:PLAINTEXT,DOOR2:PLAINTEXT,CONTROLLER:PLAINTEXT\n");
});
