/** The checker on a real run: what was kept passes, and what is then done to the ledger by hand is found. */
import { assert, assertEquals } from "@std/assert";
import { verify } from "../../../client/verify/verify.ts";
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import { startSystem, type System } from "../../system/system.ts";
import { createHistory } from "../load/history_writer.ts";
import { startLoad } from "../load/load.ts";
import { checkRun } from "./check.ts";
import type { CheckReport } from "./judge.ts";
import { verifySummary } from "./verify_summary.ts";
import type { ViolationKind } from "./violations.ts";

const TICKET_USES = 1000;
const VOTES = 600;

Deno.test("a run that kept its promises passes, and each row that is tampered with is found", async () => {
  await using world = await createWorld();
  const historyPath = await Deno.makeTempFile();
  world.defer(() => Deno.remove(historyPath));
  const system = await startSystem(world, {
    copies: { api: 2 },
    environment: { CAST_TICKET_USES: String(TICKET_USES) },
  });
  const pool = await world.postgres();
  const accepted = await runLoad({ historyPath, system });
  await waitFor(async () => await rowCount(pool) >= accepted, {
    what: "the votes in Postgres",
    withinMs: 60_000,
  });
  const check = () => checkWorld({ world, pool, historyPath });

  const { violations, summary } = await check();
  assertEquals(violations, []);
  assertEquals(summary.accepted, accepted);
  assertEquals(summary.counted, accepted);
  assert((summary.answers["REQUEST_ID_CONFLICT"] ?? 0) > 0, "nobody tried another vote under one id");

  await tampered(pool, { act: DELETE_ONE, wanted: ["lost"], check });
  await tampered(pool, { act: DOUBLE_ONE, wanted: ["doubled"], check });
  await tampered(pool, { act: CHANGE_COUNT, wanted: ["content_differs"], check });
  await tampered(pool, { act: ASKED_BY_NOBODY, wanted: ["nobody_asked"], check });
  assertEquals((await check()).violations, []);
});

const TOTALS = ["totals_differ", "verify_disagrees"] as const;
const FIRST = "select * from vote_events order by vote_id limit 1";
const DELETE_ONE = `delete from vote_events where vote_id in (select vote_id from (${FIRST}) as first)`;
const DOUBLE_ONE =
  `insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts, voter, request_id,
    request_seq, fingerprint)
  select gen_random_uuid(), shard, epoch, version + 100000, at + interval '1 second', usernames, counts, voter,
    request_id, 1, fingerprint from (${FIRST}) as first`;
const CHANGE_COUNT = `update vote_events set counts[1] = counts[1] + 1
  where vote_id in (select vote_id from (${FIRST}) as first)`;
const ASKED_BY_NOBODY =
  `insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts, request_id)
  select gen_random_uuid(), shard, epoch, version + 100000, at, usernames, counts, 'nobody' from (${FIRST}) as first`;

/** Changes the ledger, looks, and puts it back. */
async function tampered(
  pool: PostgresPool,
  { act, wanted, check }: { act: string; wanted: ViolationKind[]; check: () => Promise<CheckReport> },
): Promise<void> {
  await pool.query("create table untouched as table vote_events");
  await pool.query(act);
  const kinds = (await check()).violations.map(({ kind }) => kind);
  for (const kind of [...wanted, ...TOTALS]) assert(kinds.includes(kind), `${kind} is not among ${kinds}`);
  await pool.query("truncate vote_events");
  await pool.query("insert into vote_events select * from untouched");
  await pool.query("drop table untouched");
}

/** Returns how many requests were accepted. */
async function runLoad({ historyPath, system }: { historyPath: string; system: System }): Promise<number> {
  const history = createHistory(historyPath);
  const endpoints = await Promise.all(
    system.copies("api").map(async (program) => {
      const { port } = await program.logged("api_listening");
      return `http://127.0.0.1:${port}/graphql`;
    }),
  );
  const load = startLoad({ endpoints: () => endpoints, history, perSecond: 200, repeatShare: 0.2 });
  await waitFor(() => load.counts().accepted >= VOTES, { what: `${VOTES} accepted votes`, withinMs: 60_000 });
  const { accepted, gaveUpUnknown } = await load.finish();
  history.close();
  assertEquals(gaveUpUnknown, 0);
  return accepted;
}

async function checkWorld(
  { world, pool, historyPath }: { world: World; pool: PostgresPool; historyPath: string },
): Promise<CheckReport> {
  const report = await verify({
    redis: world.redis,
    keys: world.keys,
    pool,
    shard: 0,
    waitMsMax: 5000,
    signal: AbortSignal.timeout(60_000),
    log: world.log,
  });
  return await checkRun({
    historyPath,
    pool,
    verify: verifySummary(report),
    graves: [],
    tally: await tally(world),
    ticketUses: TICKET_USES,
  });
}

async function rowCount(pool: PostgresPool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from vote_events");
  return rows[0]?.count ?? 0;
}

async function tally({ redis, keys }: World): Promise<Map<string, number>> {
  const flat = await redis.redis.zrange(keys.tally, "0", "-1", "WITHSCORES");
  return new Map(
    Array.from(
      { length: flat.length / 2 },
      (_, place) => [flat[2 * place] as string, Number(flat[2 * place + 1])],
    ),
  );
}
