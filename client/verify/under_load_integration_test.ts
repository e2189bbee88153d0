/** `deno task verify` beside the real relay and the real persister with its guard, while votes go on. */
import { assert, assertEquals } from "@std/assert";
import { createReadShardScript } from "../../shared/redis/shard_scripts.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { runProgram, startProgram } from "./testing/program.ts";
import { startVoters } from "./testing/voters.ts";
import { verify } from "./verify.ts";

async function startStoring(world: World): Promise<AsyncDisposable> {
  await world.kafka();
  const environment = { ...world.environment(), CAST_OPS_PORT: "0", CAST_LOG_LEVEL: "error" };
  const programs = new AsyncDisposableStack();
  for (const program of ["workers/vote_persister", "workers/outbox_relay"]) {
    programs.use(await startProgram(program, { environment }));
  }
  return programs;
}

async function verifyProcess(world: World, ...args: string[]) {
  const ended = await runProgram("client/verify", {
    environment: world.environment(),
    args: ["--json", "--wait", "120", ...args],
  });
  assert(ended.stdout.startsWith("{"), ended.stderr);
  return { code: ended.code, report: JSON.parse(ended.stdout) };
}

Deno.test("verify agrees under load, finds what was tampered with, and repairs it through the guard", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  await using _storing = await startStoring(world);
  const voters = startVoters(world);
  const { redis, keys, log } = world;

  let before = 0;
  let busyRounds = 0;
  for (let round = 0; round < 5; round++) {
    await waitFor(() => voters.accepted > before + 200, { what: "more votes", withinMs: 120_000 });
    before = voters.accepted;
    const signal = new AbortController().signal;
    const report = await verify({ redis, keys, pool, shard: 0, waitMsMax: 120_000, signal, log });
    assertEquals(report.findings, [], `round ${round}`);
    assert(report.redis.lastVersion >= before - 1);
    if (voters.accepted > report.redis.lastVersion + 1) busyRounds += 1;
  }
  assert(busyRounds > 0, "Redis never went on while it was compared");
  const process = await verifyProcess(world);
  assertEquals([process.code, process.report.findings], [0, []]);

  await redis.redis.zincrby(keys.tally, 1000, "everybody");
  const found = await verifyProcess(world);
  assertEquals(found.code, 1);
  assertEquals(found.report.findings.map(({ kind }: { kind: string }) => kind), ["total_differs"]);
  assertEquals(found.report.findings[0].names.map(({ name }: { name: string }) => name), ["everybody"]);

  const repaired = await verifyProcess(world, "--repair");
  assertEquals([repaired.code, repaired.report.findings], [0, []]);
  assertEquals(repaired.report.repair.kind, "restored");
  assert(repaired.report.repair.epoch > found.report.redis.epoch);

  const accepted = await voters.stop();
  const last = await verifyProcess(world);
  assertEquals([last.code, last.report.findings, last.report.ledger.sumAfter], [0, [], 0]);
  // Each vote is one for everybody, and nothing of what was tampered with is left.
  assertEquals(await redis.redis.zscore(keys.tally, "everybody"), String(accepted));
  assertEquals((await createReadShardScript(redis, keys)()).isOpen, true);
});
