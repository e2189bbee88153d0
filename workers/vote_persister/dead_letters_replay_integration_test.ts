/**
 * The whole way of a record that Postgres refused: buried by the consumer, replayed by the command when the cause is
 * gone, counted once.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { storedVotes } from "../../shared/testing/votes.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { createLedger } from "./testing/ledger.ts";
import { createVoteSource, startConsumer, untilStored } from "./testing/persister.ts";

const ROOT = new URL("../../", import.meta.url);

/** Runs `deno task dead-letters` as an operator does, with the permissions that it has. */
async function deadLetters(
  world: World,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "dead-letters", ...args],
    cwd: ROOT,
    env: world.environment(),
  });
  const { code, stdout, stderr } = await command.output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

async function list(world: World): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await deadLetters(world, "list", "--json");
  assertEquals(code, 0, err);
  return out.trimEnd().split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

async function forbidName(pool: PostgresPool, name: string): Promise<void> {
  await pool.query(
    `alter table vote_events add constraint forbidden check (not ('${name}' = any (usernames)))`,
  );
}

function buriedSoFar(world: World): number {
  return world.log.events.filter(({ event }) => event === "record_buried").length;
}

Deno.test("a good record that Postgres refused for a while is replayed and counted once, also when replayed twice", async () => {
  await using world = await createWorld();
  const ledger = await createLedger(world);
  const kafka = await world.kafka();
  const source = await createVoteSource(world, kafka);
  const sent = storedVotes(30, { vary: (index) => ({ names: [index % 10 === 0 ? "cursed" : "ada"] }) });
  await forbidName(ledger.pool, "cursed");
  await source.send(sent);
  await startConsumer(world, { kafka, pool: ledger.pool });
  await untilStored(ledger, sent.filter(({ names }) => names[0] === "ada"));
  await waitFor(() => buriedSoFar(world) === 3, { what: "three dead letters" });
  const letters = await list(world);
  assertEquals(
    letters.map(({ reason, state }) => [reason, state]),
    Array(3).fill(["refused_by_postgres", "open"]),
  );
  assertEquals(
    letters.map(({ voteId }) => voteId).sort(),
    sent.filter(({ names }) => names[0] === "cursed").map(({ id }) => id).sort(),
  );

  // Still bad: it comes back as another dead letter of the same record, and is still not counted.
  const [first] = letters;
  const early = await deadLetters(world, "replay", String(first?.position));
  assertEquals([early.code, early.err], [0, ""]);
  await waitFor(() => buriedSoFar(world) === 4, { what: "the fourth dead letter" });
  assertEquals((await list(world)).map(({ attempts }) => attempts).sort(), [1, 1, 2]);

  await ledger.pool.query("alter table vote_events drop constraint forbidden");
  const replayed = await Promise.all([
    deadLetters(world, "replay", ...letters.map(({ position }) => String(position))),
    deadLetters(world, "replay", "--reason", "refused_by_postgres"),
  ]);
  for (const { code, err } of replayed) assertEquals(code, 0, err);
  await untilStored(ledger, sent);
  const again = await deadLetters(world, "replay", "--all");
  assertStringIncludes(again.out, "0 sent");
  assertEquals(new Set((await list(world)).map(({ state }) => state)), new Set(["stored"]));
  await untilStored(ledger, sent);
});

Deno.test("the command ends with 0 when nothing was ever buried, 1 when it fails, 2 for wrong arguments and settings", async () => {
  await using world = await createWorld();
  const nothing = await deadLetters(world, "list");
  assertEquals([nothing.code, nothing.out, nothing.err], [0, "no dead letters\n", ""]);
  const replayed = await deadLetters(world, "replay", "--all");
  assertEquals([replayed.code, replayed.out], [0, "0 sent, 0 already stored, 0 refused\n"]);
  const absent = await deadLetters(world, "show", "0/7");
  assertEquals([absent.code, absent.out], [1, ""]);
  assertStringIncludes(absent.err, "nothing was ever buried");
  const wrong = await deadLetters(world, "replay");
  assertEquals([wrong.code, wrong.out], [2, ""]);
  assertStringIncludes(wrong.err, "--all");
  const environment = { ...world.environment(), CAST_KAFKA_TOPIC: "a b" };
  const unset = await deadLetters({ ...world, environment: () => environment }, "list");
  assertEquals(unset.code, 2);
  assertStringIncludes(unset.err, "Correct CAST_KAFKA_TOPIC");
});
