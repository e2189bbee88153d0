import { assertEquals } from "@std/assert";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { startSystem } from "../system/system.ts";
import { runLoad } from "../../client/load/run_load.ts";

const VOTES = 100;
const DOUBLE =
  "insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts, request_id, request_seq, fingerprint) " +
  "select gen_random_uuid(), shard, epoch, version, at, usernames, counts, request_id, 1, fingerprint " +
  "from vote_events where request_id = $1";

/** A hundred votes over a whole system; the test may spoil what is stored before it is audited. */
async function loaded(world: World, url: string, beforeAudit?: (run: string) => Promise<unknown>) {
  return await runLoad({
    target: { urls: [url], pool: await world.postgres() },
    perSecond: VOTES,
    seconds: 1,
    names: 10,
    signal: new AbortController().signal,
    say: () => {},
    stillMsMax: 1500,
    ...(beforeAudit ? { beforeAudit } : {}),
  });
}

Deno.test("runLoad() finds every accepted vote of a whole system stored once, and each that is spoilt", async () => {
  await using world = await createWorld();
  const system = await startSystem(world, { environment: { CAST_TICKET_USES: "100000" } });
  const { port } = await system.copies("api")[0]!.logged("api_listening");
  const url = `http://127.0.0.1:${port}/graphql`;
  const pool = await world.postgres();

  const clean = await loaded(world, url);
  assertEquals(clean.findings, { counts: {}, examples: [], stored: clean.accepted, unknownStored: 0 });
  assertEquals([clean.accepted, clean.latency.count, clean.lag.unseen], [VOTES, VOTES, 0]);

  const robbed = await loaded(
    world,
    url,
    (run) => pool.query("delete from vote_events where request_id = $1", [`${run}-17`]),
  );
  assertEquals(robbed.findings.counts.lost, 1);
  assertEquals(robbed.findings.examples[0], `lost: ${robbed.run}-17`);

  const doubled = await loaded(
    world,
    url,
    (run) => pool.query(DOUBLE, [`${run}-18`]),
  );
  // Vote 18 is for one name, whose totals know it once.
  assertEquals(doubled.findings.counts, { doubled: 1, votes_total_wrong: 1, redis_total_wrong: 1 });

  const padded = await loaded(
    world,
    url,
    (run) => pool.query("update votes set count = count + 1 where username = $1", [`${run} 3`]),
  );
  assertEquals(padded.findings.counts, { votes_total_wrong: 1 });
});
