/** Holds the simulated rows of the poll to the real ones: the same random changes to both, the same replies and states. */
import { assert, assertEquals } from "@std/assert";
import { migrate } from "../../shared/postgres/migrate.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { randomPollStep, realPollSide, simulatedPollSide } from "./poll_sides.ts";
import { createRandom } from "./random.ts";

const SEQUENCES = 12;
const STEPS = 40;

Deno.test(`the simulated poll answers as the real one does, in ${SEQUENCES} random sequences`, async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const seen = new Set<string>();
  for (let seed = 0; seed < SEQUENCES; seed++) {
    await pool.query("drop table migrations, poll, poll_revisions, poll_applied, frozen_totals");
    await pool.query(
      "drop table shards, epochs, consumed, votes, vote_events, accepted_losses, forgotten_records",
    );
    await migrate(pool, { schema: world.name, log: world.log });
    const client = await pool.connect();
    try {
      const random = createRandom(seed);
      const [real, simulated] = [await realPollSide(client), simulatedPollSide()];
      for (let index = 0; index < STEPS; index++) {
        const step = randomPollStep(random);
        const where = `seed ${seed}, step ${index}: ${JSON.stringify(step)}`;
        const reply = await real.apply(step);
        assertEquals(await simulated.apply(step), reply, where);
        assertEquals(await simulated.state(), await real.state(), where);
        seen.add(`${step.act}: ${reply === undefined ? "nothing" : "something"}`);
        if (JSON.stringify(reply)?.includes('"isKnown":false')) seen.add("an unknown revision");
      }
    } finally {
      client.release();
    }
  }
  for (
    const mark of [
      "adopt: nothing",
      "adopt: something",
      "frozen: nothing",
      "frozen: something",
      "an unknown revision",
    ]
  ) assert(seen.has(mark), mark);
});
