/** The typed client while the API that it votes at is killed: each vote is counted once. */
import { assertEquals } from "@std/assert";
import { createCastClient } from "../../client/mod.ts";
import { createTcpProxy } from "../../shared/testing/tcp_proxy.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { startSystem } from "./system.ts";

const VOTES = 20;

Deno.test("votes whose API is killed after it counted them and before it answered are counted once", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const system = await startSystem(world, { environment: { CAST_TICKET_USES: "100000" } });
  const network = createTcpProxy({ hostname: "127.0.0.1", port: Number(new URL(system.urls[0] ?? "").port) });
  world.defer(() => network[Symbol.asyncDispose]());
  const cast = createCastClient({
    url: `http://127.0.0.1:${network.port}/graphql`,
    // A new API takes seconds to start on a loaded machine.
    deadlineMs: 59_000,
  });
  await cast.ticket();

  network.hold("answers");
  const voting = Promise.all(Array.from({ length: VOTES }, () => cast.vote({ alice: 2, bob: 1 })));
  const counted = async (name: string) => Number(await world.redis.redis.zscore(world.keys.tally, name) ?? 0);
  await waitFor(async () => await counted("bob") > 0, { what: "a vote to be counted" });
  await system.killAndReplace("api");
  const [program] = system.copies("api");
  const { port } = await program!.logged("api_listening");
  network.retarget(Number(port));
  network.cut();
  network.restore();

  assertEquals((await voting).map(({ kind }) => kind), Array(VOTES).fill("accepted"));
  assertEquals([await counted("alice"), await counted("bob")], [2 * VOTES, VOTES]);
  const stored = await waitFor(async () => {
    const { rows } = await pool.query("select username, count::int from votes order by username");
    return rows[0]?.count >= 2 * VOTES && rows[1]?.count >= VOTES && rows;
  }, { what: "the votes in Postgres" });
  assertEquals(stored, [{ username: "alice", count: 2 * VOTES }, { username: "bob", count: VOTES }]);
});
