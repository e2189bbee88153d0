/**
 * Holds the simulated stores to the real ones: the same random calls to both, and after each the same reply and the same
 * state. So what the simulation shows is said of the real scripts and statements.
 */
import { assert, assertEquals } from "@std/assert";
import { shardKeys } from "../../shared/redis/keys.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { createRealSide, createSimulatedSide } from "./ledger_sides.ts";
import { createVotes, FIRST_LEDGER_STEPS, randomLedgerStep } from "./ledger_steps.ts";
import { createRandom } from "./random.ts";
import { realSide, simulatedSide } from "./redis_sides.ts";
import { firstRedisSteps, randomRedisStep, type RedisScene } from "./redis_steps.ts";

const REDIS_SEQUENCES = 120;
const REDIS_STEPS = 30;

/** What a reply was, in a word: so that each kind is known to have been met. */
function wordOf(act: string, reply: unknown): string {
  if (typeof reply === "object" && reply !== null && "kind" in reply) {
    return `${act}: ${"code" in reply ? reply.code : reply.kind}`;
  }
  return typeof reply === "boolean" || reply === undefined ? `${act}: ${reply}` : act;
}

const REDIS_WORDS = [
  ...["accepted", "NOT_READY", "REQUEST_ID_CONFLICT", "TICKET_EXPIRED", "TICKET_EXHAUSTED", "OVERLOADED"],
  ...["TOTAL_TOO_LARGE", "POLL_CLOSED", "CANDIDATE_UNKNOWN", "VOTER_LIMIT"],
].map((word) => `vote: ${word}`).concat(
  [
    "mint: minted",
    "mint: not_ready",
    "mint: stale",
    "load: true",
    "load: false",
    "open: true",
    "open: false",
    "switch: true",
    "switch: false",
  ],
  ["carry", "carry: undefined", "open_ticket: open", "open_ticket: none", "open_ticket: not_ready"],
);

Deno.test(`the simulated Redis answers as the real one does, in ${REDIS_SEQUENCES} random sequences`, async () => {
  await using world = await createWorld();
  const [seconds] = await world.redis.redis.time() as [number, number];
  const seen = new Map<string, number>();
  for (let seed = 0; seed < REDIS_SEQUENCES; seed++) {
    let ids = 0;
    const random = createRandom(seed);
    const scene: RedisScene = { random, timeMs: Number(seconds) * 1000, nextId: () => ++ids };
    const keys = shardKeys({ prefix: `${world.name}:${seed}`, shard: 0 });
    const real = realSide(world.redis, { keys, scene });
    const simulated = simulatedSide(scene, world.redis.incarnation());
    const first = firstRedisSteps(scene);
    for (let index = 0; index < REDIS_STEPS; index++) {
      const step = first[index] ?? randomRedisStep(scene);
      const where = `seed ${seed}, step ${index}: ${JSON.stringify(step)}`;
      const reply = await real.apply(step);
      assertEquals(await simulated.apply(step), reply, where);
      assertEquals(await simulated.state(), await real.state(), where);
      const word = wordOf(step.act, reply);
      seen.set(word, (seen.get(word) ?? 0) + 1);
    }
  }
  for (const word of REDIS_WORDS) {
    assert((seen.get(word) ?? 0) >= 3, `${word}: ${seen.get(word) ?? 0} times only`);
  }
});

const LEDGER_SEQUENCES = 100;
const LEDGER_STEPS = 18;
/** Each must have been met: outcomes by what they say. */
const LEDGER_MARKS: Readonly<Record<string, (reply: string) => boolean>> = {
  "a closed gate": (reply) => reply.includes('"gateOpen":false'),
  "a contested vote": (reply) => reply.includes('"contested":["'),
  "a version clash": (reply) => reply.includes('"versionClashes":["'),
  "a repeat": (reply) => reply.includes('"repeat"'),
  "a counted second look": (reply) => reply.includes('"counted"'),
  "a second look that must come again": (reply) => reply.includes('"again"'),
  "a restore with totals": (reply) => reply.includes('"totals":[['),
  "a vote to carry, plus": (reply) => reply.includes('"changes":[1'),
  "a vote to carry, minus": (reply) => reply.includes('"changes":[-1'),
  "carried votes": (reply) => reply.includes('"inLedger":["'),
};

Deno.test(`the simulated ledger answers as the real one does, in ${LEDGER_SEQUENCES} random sequences`, async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const client = await pool.connect();
  try {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < LEDGER_SEQUENCES; seed++) {
      const random = createRandom(seed);
      const simulated = createSimulatedSide();
      const { ledger } = simulated;
      const real = await createRealSide(pool, client);
      const votes = createVotes(random);
      for (let index = 0; index < LEDGER_STEPS; index++) {
        const step = FIRST_LEDGER_STEPS[index] ?? randomLedgerStep({
          random,
          votes,
          epoch: Math.max(ledger.epoch, ...ledger.epochs.keys()),
          nextOffset: (partition) => ledger.consumed.get(partition) ?? 0,
        });
        const where = `seed ${seed}, step ${index}: ${textOf(step)}`;
        const reply = await real.apply(step);
        assertEquals(await simulated.apply(step), reply, where);
        assertEquals(await simulated.state(), await real.state(), where);
        for (const [mark, isMet] of Object.entries(LEDGER_MARKS)) {
          if (isMet(textOf(reply))) seen.set(mark, (seen.get(mark) ?? 0) + 1);
        }
      }
    }
    for (const mark of Object.keys(LEDGER_MARKS)) {
      assert((seen.get(mark) ?? 0) >= 3, `${mark}: ${seen.get(mark) ?? 0} times only`);
    }
  } finally {
    client.release();
  }
});

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each) => typeof each === "bigint" ? Number(each) : each) ?? "nothing";
}
