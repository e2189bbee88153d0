import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { deadLetterTopic } from "../../shared/kafka/topics.ts";
import { permissionFlags } from "../../shared/config/permissions.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { prepareSettings } from "./config.ts";

const MAIN = new URL("./main.ts", import.meta.url).href;

/** The command as a process of its own, with the permissions that it is deployed with. */
async function run(environment: Record<string, string>, args: readonly string[] = []) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--quiet", ...permissionFlags(prepareSettings, environment), MAIN, ...args],
    env: environment,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [printed = "", complained = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, printed, complained };
}

Deno.test("prepare makes tables and topics, and the second time finds them", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await pool.query(`drop schema "${world.name}" cascade`);
  const admin = (await world.kafka()).admin();
  await admin.connect();
  world.defer(() => admin.disconnect());
  const topic = `${world.topic}.fresh`;
  world.defer(() => admin.deleteTopics({ topics: [topic, deadLetterTopic(topic)] }));
  for (const _ of ["made", "found"]) {
    const environment = { ...world.environment(), CAST_KAFKA_TOPIC: topic };
    const { code, printed, complained } = await run(environment, ["--wait", "60"]);
    assertEquals(code, 0, complained);
    assertStringIncludes(printed, `Postgres has the tables in schema "${world.name}"`);
    assertStringIncludes(printed, `Kafka has the topic "${topic}"`);
    const { rows } = await pool.query("select count(*)::int > 1 as migrated from migrations");
    assertEquals(rows, [{ migrated: true }]);
    const topics = await admin.listTopics();
    assertEquals([topic, deadLetterTopic(topic)].filter((each) => !topics.includes(each)), []);
  }
});

Deno.test("prepare gives up after its wait, and says which store it was and no password", async () => {
  await using world = await createWorld();
  const url = new URL(world.addresses.postgresUrl);
  url.port = "1";
  url.password = "hidden-password";
  const environment = { ...world.environment(), CAST_POSTGRES_URL: url.href };
  const { code, complained } = await run(environment, ["--wait", "0"]);
  assertEquals(code, 1);
  assertStringIncludes(complained, "Prepare Postgres: ");
  assert(!complained.includes("hidden-password"), complained);
});

Deno.test("prepare refuses wrong arguments and wrong settings with exit code 2", async () => {
  const wrong = await run({}, ["--rolls"]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.complained, "--roles");
  const { code, complained } = await run({
    CAST_POSTGRES_URL: "postgres://cast:hidden-password@127.0.0.1:1/cast?options=-csearch_path%3Dx",
    CAST_KAFKA_BROKERS: "127.0.0.1:1",
    CAST_KAFKA_SASL: "plain",
    CAST_KAFKA_USERNAME: "cast",
    CAST_KAFKA_PASSWORD: "hidden-password",
  });
  assertEquals(code, 2);
  assertStringIncludes(complained, "CAST_POSTGRES_URL, but for sslmode: got options");
  assertStringIncludes(complained, "Set CAST_KAFKA_TLS to on");
  assert(!complained.includes("hidden-password"), complained);
});
