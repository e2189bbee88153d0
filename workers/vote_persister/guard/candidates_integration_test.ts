import { assertEquals } from "@std/assert";
import { createGuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createWorld, type World } from "../../../shared/testing/world.ts";
import type { CastVoteOutcome } from "../../../shared/vote/outcome.ts";
import { createPollScene } from "../testing/poll_scene.ts";
import { parseCandidates } from "./candidates.ts";

async function candidatesOf({ redis: { redis }, keys }: World): Promise<string[]> {
  return (await redis.smembers(keys.candidates)).sort();
}

function codeOf(outcome: CastVoteOutcome): string {
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}

Deno.test("a hundred thousand candidates are loaded in batches, while Redis answers others", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const { redis: { redis }, keys } = world;
  await scene.open();
  await scene.obey();
  const candidates = parseCandidates(
    Array.from({ length: 100_000 }, (_, index) => `name ${index}`).join("\n"),
  );
  const scripts = createGuardScripts(world.redis, keys);
  const batches: number[] = [];
  scene.guard.close();
  const { guard } = scene.addGuard({
    candidates,
    scripts: {
      ...scripts,
      poll: {
        ...scripts.poll,
        async loadCandidates(loadId, names) {
          await scripts.poll.loadCandidates(loadId, names);
          batches.push(names.length);
          // Nobody sees a part of them, and votes go on.
          assertEquals(await redis.exists(keys.candidates), 0);
          if (batches.length % 25 === 0) assertEquals((await scene.cast()).kind, "accepted");
        },
      },
    },
  });
  await scene.obey(guard);
  assertEquals([Math.max(...batches), batches.length], [1000, 100]);
  assertEquals(await redis.scard(keys.candidates), 100_000);
  assertEquals(await redis.pttl(keys.candidates), -1);
  assertEquals((await scene.noted())?.candidates, 100_000);
});

Deno.test("another file of candidates takes the place of the first whole, and none lets any name in again", async () => {
  await using world = await createWorld();
  const scene = await createPollScene(world);
  const files: [string | undefined, string[]][] = [
    ["ada\nbob\n", ["ada", "bob"]],
    ["bob\ncleo\n", ["bob", "cleo"]],
    ["cleo\nbob\n", ["bob", "cleo"]],
    [undefined, []],
  ];
  let guard = scene.guard;
  for (const [text, wanted] of files) {
    guard.close();
    const candidates = text === undefined ? undefined : parseCandidates(text);
    guard = scene.addGuard({ candidates }).guard;
    await scene.open(guard);
    await scene.obey(guard);
    await guard.step();
    assertEquals(await candidatesOf(world), wanted);
    assertEquals((await scene.noted())?.candidates ?? undefined, candidates?.names.length);
    assertEquals(
      codeOf(await scene.cast({ names: ["ada"] })),
      wanted[0] === "bob" ? "CANDIDATE_UNKNOWN" : "accepted",
    );
  }
});
