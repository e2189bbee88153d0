import { assert, assertEquals } from "@std/assert";
import { createGuardScripts, type GuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createReadTotalScript } from "../../../shared/redis/total_script.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import type { CastVoteOutcome } from "../../../shared/vote/outcome.ts";
import { createPollScene, type PollScene } from "../testing/poll_scene.ts";
import { parseCandidates } from "./candidates.ts";

const VOTERS = 6;

/** The guard's scripts on the world's Redis, with some of those of the poll replaced. */
function scriptsWith(
  { redis, keys }: World,
  replace: (poll: GuardScripts["poll"]) => Partial<GuardScripts["poll"]>,
): GuardScripts {
  const scripts = createGuardScripts(redis, keys);
  return { ...scripts, poll: { ...scripts.poll, ...replace(scripts.poll) } };
}

/** Votes by several at once until told to stop; returns what each attempt came to. */
function startVoters({ cast }: PollScene): { outcomes: CastVoteOutcome[]; stop(): Promise<void> } {
  const outcomes: CastVoteOutcome[] = [];
  let isStopping = false;
  const voting = Promise.all(Array.from({ length: VOTERS }, async (_, voter) => {
    while (!isStopping) outcomes.push(await cast({ names: [`name ${voter}`] }));
  }));
  return {
    outcomes,
    async stop() {
      isStopping = true;
      await voting;
    },
  };
}

function isAccepted({ kind }: CastVoteOutcome): boolean {
  return kind === "accepted";
}

function isClosed(outcome: CastVoteOutcome): boolean {
  return outcome.kind === "refused" && String(outcome.code) === "POLL_CLOSED";
}

async function metaOf({ redis: { redis }, keys }: World) {
  const { voting, results, candidates, poll_revision } = await redis.hgetall(keys.meta);
  return { voting, results, candidates, poll_revision };
}

Deno.test("a first shard opens with the poll as Postgres has it, and Postgres notes it", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.open();
  const { revision } = await scene.poll();
  assertEquals(await metaOf(world), {
    voting: "open",
    results: "live",
    candidates: "any",
    poll_revision: revision,
  });
  const { votingSinceMs } = await scene.obey();
  assertEquals(await scene.noted(), { revision, votingSinceMs: votingSinceMs ?? 0, candidates: null });
  // From here on a look finds nothing to do.
  const before = world.log.events.length;
  for (let look = 0; look < 3; look++) assert(await scene.guard.step() > 0);
  assertEquals(world.log.events.length, before);
});

Deno.test("a closed shard of the poll opens closed, and never in between", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.change({ voting: "closed", results: "frozen" });
  const fields: unknown[] = [];
  const scripts = createGuardScripts(world.redis, world.keys);
  const { guard } = scene.addGuard({
    scripts: {
      ...scripts,
      async open(opening) {
        fields.push(await metaOf(world));
        return await scripts.open(opening);
      },
    },
  });
  await scene.open(guard);
  const { revision } = await scene.poll();
  assertEquals(fields, [{ voting: "closed", results: "frozen", candidates: "any", poll_revision: revision }]);
  assert(isClosed(await scene.cast()));
});

Deno.test("no vote is accepted after a close is noted, under the load of several voters; an open takes votes again", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.open();
  for (let round = 0; round < 3; round++) {
    const voters = startVoters(scene);
    await waitFor(() => voters.outcomes.filter(isAccepted).length > 200, { what: "votes under way" });
    await scene.change({ voting: "closed" });
    const { votingSinceMs = 0 } = await scene.obey();
    const acknowledged = voters.outcomes.length;
    await waitFor(() => voters.outcomes.length > acknowledged + 200, { what: "votes after the close" });
    await voters.stop();
    // Those that were under way at the moment of the acknowledgement may have been accepted before it.
    assert(voters.outcomes.slice(acknowledged + VOTERS).every(isClosed));
    await scene.relay();
    await scene.store();
    const { rows } = await scene.ledger.pool.query<{ at: Date }>("select max(at) as at from vote_events");
    assert(
      (rows[0]?.at.getTime() ?? 0) <= votingSinceMs,
      `${rows[0]?.at.toISOString()} and ${votingSinceMs}`,
    );
    assertEquals((await scene.noted())?.votingSinceMs, votingSinceMs);

    await scene.change({ voting: "open" });
    await scene.obey();
    assert(isAccepted(await scene.cast()));
  }
});

Deno.test("asking for what is already so is obeyed anew, and says since when it has been so", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.open();
  const first = await scene.change({ voting: "closed" });
  const { votingSinceMs } = await scene.obey();
  const again = await scene.change({ voting: "closed" });
  assert(again.revision !== first.revision);
  assertEquals(again.votingSince, first.votingSince);
  assertEquals((await scene.obey()).votingSinceMs, votingSinceMs);
});

Deno.test("frozen results are those of the moment of freezing, while votes count; publish shows all", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const readTotal = createReadTotalScript(world.redis, world.keys);
  await scene.open();
  for (const name of ["ada", "bob", "ada"]) await scene.cast({ names: [name] });
  await scene.relay();
  await scene.store();
  await scene.change({ results: "frozen" });
  await scene.obey();
  assertEquals(await scene.frozen(), { ada: 2, bob: 1 });

  assertEquals(await scene.cast({ names: ["ada", "cleo"] }), { kind: "accepted", totals: [2, 0] });
  assertEquals(await readTotal("ada"), { kind: "total", total: 2 });
  assertEquals(await readTotal("cleo"), { kind: "total", total: 0 });
  assertEquals(await scene.tally(), [["ada", 3], ["bob", 1], ["cleo", 1]]);

  // Another change does not publish what was counted since.
  await scene.relay();
  await scene.store();
  await scene.change({ voting: "closed" });
  await scene.change({ voting: "open", results: "frozen" });
  await scene.obey();
  assertEquals(await readTotal("ada"), { kind: "total", total: 2 });

  await scene.change({ results: "live" });
  await scene.obey();
  assertEquals(await readTotal("ada"), { kind: "total", total: 3 });
  assertEquals(await scene.cast({ names: ["cleo"] }), { kind: "accepted", totals: [2] });
  assertEquals(await scene.frozen(), {});
  assertEquals((await scene.ledger.pool.query("select from frozen_totals")).rowCount, 0);
});

Deno.test("a guard that dies between loading and switching leaves the shard as it was, and the next one finishes", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const { redis } = world.redis;
  const candidates = parseCandidates("ada\nbob\n");
  await scene.open();
  await scene.obey();
  const before = await metaOf(world);
  await scene.change({ voting: "closed" });
  const dying = scene.addGuard({
    candidates,
    scripts: scriptsWith(world, () => ({ switchTo: () => Promise.reject(new Error("killed")) })),
  });
  scene.guard.close();
  await waitFor(
    async () => await dying.guard.step().then(() => false, ({ message }) => message === "killed"),
    {
      what: "the guard to die",
    },
  );
  assertEquals(await metaOf(world), before);
  assertEquals((await scene.noted())?.revision, before.poll_revision, "what is not obeyed is not noted");
  const left = await redis.keys(`${world.name}:*candidates_loading:*`);
  assertEquals(left.length, 1);
  assert(await redis.pttl(left[0] ?? "") > 0, "what is left behind goes by itself");

  const next = scene.addGuard({ candidates });
  await scene.obey(next.guard);
  assertEquals((await redis.smembers(world.keys.candidates)).sort(), ["ada", "bob"]);
  assertEquals(await redis.pttl(world.keys.candidates), -1);
});

Deno.test("a guard that slept over a close cannot open the poll again", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  await scene.open();
  await scene.change({ voting: "closed" });
  await scene.obey();
  scene.guard.close();
  const asleep = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const switched: unknown[] = [];
  const sleeper = scene.addGuard({
    scripts: scriptsWith(world, (poll) => ({
      async switchTo(change) {
        asleep.resolve();
        await woken.promise;
        const since = await poll.switchTo(change);
        switched.push(since);
        return since;
      },
    })),
  });
  await scene.change({ voting: "open" });
  // It reads that the poll is open, and sleeps before it says so.
  const sleeping = waitFor(async () => {
    await sleeper.guard.step();
    return switched.length > 0;
  }, { what: "the sleeper to wake" });
  await asleep.promise;
  await sleeper.cutConnections();
  await scene.obey();
  await scene.change({ voting: "closed" });
  await scene.obey();
  assert(isClosed(await scene.cast()));
  woken.resolve();
  await sleeping;
  assertEquals(switched, [undefined]);
  assert(isClosed(await scene.cast()));
});
