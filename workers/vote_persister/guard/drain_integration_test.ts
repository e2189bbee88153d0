import { assert, assertEquals } from "@std/assert";
import { Kafka, logLevel } from "kafkajs";
import { Registry } from "prom-client";
import { storedVotes, totalsOf } from "../../../shared/testing/votes.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { createGuardScene } from "../testing/guard_scene.ts";
import { createLedger, type Ledger } from "../testing/ledger.ts";
import { createVoteSource, startConsumer } from "../testing/persister.ts";
import { drain, type DrainOptions } from "./drain.ts";
import { createGuardLedger } from "./ledger.ts";
import { createGuardMetrics } from "./metrics.ts";

async function optionsOf(
  world: World,
  { ledger, kafka }: { ledger: Ledger; kafka: Kafka },
): Promise<DrainOptions> {
  const client = await ledger.pool.connect();
  world.defer(() => client.release());
  return {
    ledger: createGuardLedger(client, 0),
    metrics: createGuardMetrics(new Registry()),
    createAdmin: () => kafka.admin(),
    topic: world.topic,
    signal: new AbortController().signal,
    log: world.log,
  };
}

Deno.test("drain() waits until Postgres holds what Kafka held when the wait began", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  const votes = storedVotes(80);
  await source.send(votes);
  let drained = false;
  const draining = drain(await optionsOf(world, { ledger, kafka })).then(() => drained = true);
  await waitFor(() => world.log.has("drain_waiting"), { what: "the wait" });
  assert(!drained);
  await startConsumer(world, { kafka, pool: ledger.pool });
  await draining;
  assertEquals(world.log.has("drain_given_up"), false);
  assertEquals(await ledger.totals(), totalsOf(votes));
});

Deno.test("drain() does not wait for what comes after it began, nor where nothing is missing", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const options = await optionsOf(world, { ledger, kafka });
  await drain(options);
  assertEquals(world.log.has("drain_waiting"), false);

  const source = await createVoteSource(world, kafka);
  await source.send(storedVotes(40));
  await startConsumer(world, { kafka, pool: ledger.pool });
  await waitFor(async () => (await ledger.events()).length === 40, { what: "the votes" });
  await drain(options);
  assertEquals(world.log.has("drain_waiting"), false);
});

Deno.test("drain() gives up in the end when nobody stores anything", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  await source.send(storedVotes(3));
  const options = await optionsOf(world, { ledger, kafka });
  // Every look at the clock is 6 s after the one before: the bound is reached without waiting for it.
  const real = performance.now;
  let elapsedMs = 0;
  performance.now = () => real.call(performance) + (elapsedMs += 6000);
  try {
    await drain(options);
  } finally {
    performance.now = real;
  }
  const given = world.log.events.find(({ event }) => event === "drain_given_up");
  assertEquals(given?.fields.behind, "3");
});

Deno.test("drain() does not wait at all when Kafka does not answer or knows no such topic", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const nowhere = new Kafka({ brokers: ["127.0.0.1:1"], retry: { retries: 0 }, logLevel: logLevel.NOTHING });
  const there = new Kafka({
    brokers: [...world.addresses.kafkaBrokers],
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  for (const kafka of [nowhere, there]) await drain(await optionsOf(world, { ledger, kafka }));
  assertEquals(world.log.events.filter(({ event }) => event === "drain_skipped").length, 2);
  assertEquals(world.log.has("drain_waiting"), false);
});

Deno.test("drain() ends when the program stops", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  await source.send(storedVotes(3));
  const stopping = new AbortController();
  const options = await optionsOf(world, { ledger, kafka });
  const draining = drain({ ...options, signal: stopping.signal });
  await waitFor(() => world.log.has("drain_waiting"), { what: "the wait" });
  stopping.abort();
  await draining;
});

Deno.test("a restore waits for the consumer that is behind, so that no total dips", async () => {
  await using world = await createWorld();
  const scene = await createGuardScene(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  const epoch = await scene.open();
  scene.guard.close();
  const votes = storedVotes(200, {
    vary: (index) => ({ epoch, names: [`name ${index % 4}`], counts: [1 + index % 3] }),
  });
  await source.send(votes);
  await scene.wipe();

  const { signal } = new AbortController();
  const { guard } = scene.addGuard({
    drain: (ledger) =>
      drain({
        ledger,
        createAdmin: () => kafka.admin(),
        topic: world.topic,
        signal,
        metrics: createGuardMetrics(new Registry()),
        log: world.log,
      }),
  });
  const opened = scene.open(guard);
  await waitFor(() => world.log.has("drain_waiting"), { what: "the wait for Kafka" });
  await startConsumer(world, { kafka, pool: scene.ledger.pool });
  await opened;
  assertEquals(await scene.tally(), totalsOf(votes));
  assert((await scene.ledger.events()).every(({ carry }) => carry === 0));
});
