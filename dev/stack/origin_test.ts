import { assertEquals, assertRejects } from "@std/assert";
import { chooseOrigin } from "./origin.ts";
import { SetupError } from "./setup_error.ts";

const GIVEN = { CAST_REDIS_URL: "redis://r", CAST_KAFKA_BROKERS: "k:1", CAST_POSTGRES_URL: "postgres://p" };
const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

Deno.test("chooseOrigin() takes the addresses of the environment before anything else", async () => {
  const addresses = { redisUrl: "redis://r", kafkaBrokers: "k:1", postgresUrl: "postgres://p" };
  const choice = await chooseOrigin({ environment: GIVEN, engineAnswers: yes });
  assertEquals(choice, { origin: "environment", addresses });
});

Deno.test("chooseOrigin() refuses a part of the addresses and names what is missing", async () => {
  const environment = { CAST_REDIS_URL: "redis://r", CAST_KAFKA_BROKERS: "" };
  await assertRejects(
    () => chooseOrigin({ environment, engineAnswers: yes }),
    SetupError,
    "Set CAST_KAFKA_BROKERS and CAST_POSTGRES_URL too",
  );
});

Deno.test("chooseOrigin() prefers an engine that answers to embedded stores", async () => {
  assertEquals(await chooseOrigin({ environment: {}, engineAnswers: yes }), { origin: "compose" });
  assertEquals(await chooseOrigin({ environment: {}, engineAnswers: no }), { origin: "embedded" });
});

Deno.test("chooseOrigin() lets the argument win over the environment and the engine", async () => {
  const embedded = await chooseOrigin({ environment: GIVEN, wanted: "embedded", engineAnswers: yes });
  assertEquals(embedded, { origin: "embedded" });
  const compose = await chooseOrigin({ environment: GIVEN, wanted: "compose", engineAnswers: yes });
  assertEquals(compose, { origin: "compose" });
});

Deno.test("chooseOrigin() refuses Compose by name when no engine answers", async () => {
  await assertRejects(
    () => chooseOrigin({ environment: {}, wanted: "compose", engineAnswers: no }),
    SetupError,
    "start Docker first",
  );
});
