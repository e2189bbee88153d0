import { assert, assertEquals } from "@std/assert";
import { storeAddresses } from "../../shared/testing/stores.ts";
import { EPOCH } from "../../shared/testing/votes.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { runProgram } from "./testing/program.ts";
import { createVerifyScene } from "./testing/verify_scene.ts";

const VERIFY = "client/verify";

/** With the settings that it reads, and those alone. */
async function verifyProcess({ environment }: World, ...args: string[]) {
  const { CAST_KAFKA_BROKERS: _brokers, CAST_KAFKA_TOPIC: _topic, ...settings } = environment();
  return await runProgram(VERIFY, { environment: settings, args: ["--wait", "0", ...args] });
}

Deno.test("verify exits with 0 when all agree and 1 when they do not, as words or as one line of JSON", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(4);
  const good = await verifyProcess(world);
  assertEquals([good.code, good.stderr], [0, ""]);
  assertEquals(
    good.stdout.split("\n")[0],
    `Shard 0, epoch ${EPOCH}, versions 0 to 3: Redis, votes and vote_events agree`,
  );
  const json = await verifyProcess(world, "--json");
  assertEquals([json.code, json.stderr, json.stdout.trim().split("\n").length], [0, "", 1]);
  assertEquals(JSON.parse(json.stdout).agrees, true);

  await world.redis.redis.zincrby(world.keys.tally, 1, "bob");
  const bad = await verifyProcess(world);
  assertEquals([bad.code, bad.stderr], [1, ""]);
  assert(bad.stdout.includes('"bob": Redis 3, votes 2'), bad.stdout);
  const badJson = await verifyProcess(world, "--json");
  assertEquals(badJson.code, 1);
  assertEquals(JSON.parse(badJson.stdout).findings, [
    { kind: "total_differs", count: 1, names: [{ name: "bob", redis: 3, votes: 2 }] },
  ]);
});

Deno.test("verify --accept-loss ends with 0 once the only holes are accepted, with 2 when there is nothing to accept", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  for (let vote = 0; vote < 3; vote++) await scene.cast();
  await scene.store((await scene.relay()).filter(({ version }) => version !== 1));
  await scene.restore();
  assertEquals((await verifyProcess(world)).code, 1);
  // Another epoch than the one with the hole: still a difference.
  assertEquals((await verifyProcess(world, "--accept-loss", `0/${EPOCH + 1}`)).code, 1);
  const accepted = await verifyProcess(world, "--accept-loss", `0/${EPOCH}`);
  assertEquals([accepted.code, accepted.stderr], [0, ""]);
  assert(accepted.stdout.includes(`Accepted the loss of 1 vote in 0/${EPOCH}: 1`), accepted.stdout);
  const again = await verifyProcess(world, "--accept-loss", `0/${EPOCH}`, "--json");
  assertEquals(again.code, 2);
  assertEquals(JSON.parse(again.stdout).acceptance.kind, "acceptance_refused");
  assertEquals((await verifyProcess(world, "--accept-loss", "forgotten")).code, 2);
  assertEquals((await verifyProcess(world)).code, 0);
});

Deno.test("verify --repair says what it did not do, and ends with 1", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(2);
  await scene.pool.query("update votes set count = 7 where username = 'ada'");
  const refused = await verifyProcess(world, "--repair");
  assertEquals([refused.code, refused.stderr], [1, ""]);
  assert(refused.stdout.includes("Postgres itself is wrong"), refused.stdout);
  const json = await verifyProcess(world, "--repair", "--json");
  assertEquals([json.code, JSON.parse(json.stdout).repair.kind], [1, "repair_refused"]);
});

Deno.test("verify exits with 2 and every problem at once for wrong arguments or settings", async () => {
  const environment = { CAST_REDIS_URL: "http://127.0.0.1:1" };
  const folder = await Deno.makeTempDir();
  const settings = await runProgram(VERIFY, { environment, folder }).finally(() => Deno.remove(folder));
  assertEquals([settings.code, settings.stdout], [2, ""]);
  assert(
    settings.stderr.includes("Correct CAST_REDIS_URL: ") &&
      settings.stderr.includes("Set CAST_POSTGRES_URL: "),
  );
  for (const args of [["--loud"], ["--wait", "soon"], ["--accept-loss", "0"], ["now"]]) {
    const { code, stdout, stderr } = await runProgram(VERIFY, { args });
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assert(stderr.includes("deno task verify [--json]"), stderr);
  }
  const help = await runProgram(VERIFY, { args: ["--help"] });
  assertEquals([help.code, help.stderr], [0, ""]);
});

Deno.test("verify exits with 1 and a reason where a store does not answer, and shows no password", async () => {
  const environment = {
    CAST_REDIS_URL: "redis://user:hunter2@127.0.0.1:9",
    CAST_POSTGRES_URL: "postgres://user:hunter2@127.0.0.1:9/cast",
  };
  const { code, stdout, stderr } = await runProgram(VERIFY, { environment, args: ["--wait", "0"] });
  assertEquals([code, stdout], [1, ""]);
  assert(stderr.includes("Reach Redis: not connected"), stderr);
  assert(!stderr.includes("hunter2"), stderr);
  const redisAlone = { ...environment, CAST_REDIS_URL: storeAddresses().redisUrl.href };
  const postgres = await runProgram(VERIFY, { environment: redisAlone, args: ["--wait", "0"] });
  assertEquals([postgres.code, postgres.stdout], [1, ""]);
  assert(postgres.stderr.includes("Read Postgres: connect ECONNREFUSED 127.0.0.1:9"), postgres.stderr);
  assert(!postgres.stderr.includes("hunter2"), postgres.stderr);
});

Deno.test("verify finds the stores of a running deno task dev, and says what to do where none runs", async () => {
  await using world = await createWorld();
  const scene = await createVerifyScene(world);
  await scene.fill(2);
  const folder = await Deno.makeTempDir();
  try {
    const none = await runProgram(VERIFY, { folder });
    assertEquals([none.code, none.stdout], [2, ""]);
    assert(
      none.stderr.startsWith("Start deno task dev, or name both stores:\nSet CAST_REDIS_URL: "),
      none.stderr,
    );

    await Deno.mkdir(`${folder}/.cast/dev`, { recursive: true });
    const variables = Object.entries(world.environment()).map(([name, value]) => `${name}='${value}'\n`);
    await Deno.writeTextFile(`${folder}/.cast/dev/environment`, variables.join(""));
    const found = await runProgram(VERIFY, { folder, args: ["--json"] });
    assertEquals([found.code, found.stderr], [0, ""]);
    assertEquals(JSON.parse(found.stdout).redis.sum, 2);
    // What is set counts more.
    const environment = { CAST_REDIS_URL: "redis://127.0.0.1:9" };
    assertEquals((await runProgram(VERIFY, { folder, environment })).code, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
