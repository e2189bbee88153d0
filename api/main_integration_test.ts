import { assert, assertEquals } from "@std/assert";
import { permissionFlags } from "../shared/config/permissions.ts";
import { createTcpProxy } from "../shared/testing/tcp_proxy.ts";
import { waitFor } from "../shared/testing/wait_for.ts";
import { createWorld, type World } from "../shared/testing/world.ts";
import { apiSettings } from "./config.ts";
import { createApiClient } from "./testing/api_client.ts";
import { createMint, EPOCH, TEST_KEYS } from "./testing/api_world.ts";
import { type ProgramProcess, startProgram } from "./testing/program_process.ts";

const MAIN = new URL("./main.ts", import.meta.url).href;

function startApi(environment: Record<string, string>): ProgramProcess {
  const given = { CAST_API_PORT: "0", CAST_OPS_PORT: "0", ...environment };
  return startProgram({ args: ["run", ...permissionFlags(apiSettings, given), MAIN], environment: given });
}

function environmentOf(world: World): Record<string, string> {
  return { ...world.environment(), CAST_TICKET_KEYS: TEST_KEYS };
}

async function readiness(program: ProgramProcess): Promise<number> {
  const [, port] = await program.printed(/"opsPort":(\d+)/);
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.body?.cancel();
  return response.status;
}

Deno.test("the program serves the contract with the permissions of its settings, and stops cleanly", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  await using program = startApi(environmentOf(world));
  const [, port] = await program.printed(/"port":(\d+),"event":"api_listening"/);
  await waitFor(async () => await readiness(program) === 200, { what: "readiness" });
  const client = createApiClient(new URL(`http://127.0.0.1:${port}/graphql`));
  const ticket = await createMint(world)();
  const { votes } = await client.vote({ usernames: ["Ada"], voteCount: [3], ticket });
  assertEquals([votes, await client.total("Ada")], [[3], 3]);

  Deno.kill(program.pid, "SIGTERM");
  assertEquals((await program.status).code, 0);
  assert(program.output().includes('"event":"program_stopped"'));
  assert(!program.output().includes(ticket), "a log holds no ticket");
});

Deno.test("the program answers what is under way before it stops, and is not ready meanwhile", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const ticket = await createMint(world)();
  const { hostname, port: redisPort } = world.addresses.redisUrl;
  await using proxy = createTcpProxy({ hostname, port: Number(redisPort || 6379) });
  await using program = startApi({
    ...environmentOf(world),
    CAST_REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
  });
  const [, port] = await program.printed(/"port":(\d+),"event":"api_listening"/);
  await waitFor(async () => await readiness(program) === 200, { what: "readiness" });

  proxy.swallowAnswers();
  const client = createApiClient(new URL(`http://127.0.0.1:${port}/graphql`));
  const pending = client.voteError({ usernames: ["Ada"], voteCount: [1], ticket });
  await waitFor(async () => await world.redis.redis.xlen(world.keys.outbox) === 1, {
    what: "the script's run",
  });
  Deno.kill(program.pid, "SIGTERM");
  await program.printed(/"event":"program_stopping"/);
  assertEquals(await readiness(program), 503);
  assert(!program.output().includes("program_stopped"));
  proxy.cut();
  assertEquals(await pending, "OUTCOME_UNKNOWN");
  assertEquals((await program.status).code, 0);
});

Deno.test("the program reads its secrets from mounted files", async () => {
  await using world = await createWorld();
  const folder = await Deno.makeTempDir();
  world.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.writeTextFile(`${folder}/redis_url`, `${world.addresses.redisUrl.href}\n`);
  await Deno.writeTextFile(`${folder}/ticket_keys`, `${TEST_KEYS}\n`);
  await using program = startApi({
    CAST_REDIS_URL_FILE: `${folder}/redis_url`,
    CAST_TICKET_KEYS_FILE: `${folder}/ticket_keys`,
  });
  await waitFor(async () => await readiness(program) === 200, { what: "readiness" });
});

Deno.test("the program lives without Redis, and says that it is not ready", async () => {
  await using program = startApi({ CAST_REDIS_URL: "redis://127.0.0.1:1", CAST_TICKET_KEYS: TEST_KEYS });
  const [, port] = await program.printed(/"port":(\d+),"event":"api_listening"/);
  assertEquals(await readiness(program), 503);
  const client = createApiClient(new URL(`http://127.0.0.1:${port}/graphql`));
  const { errors } = await client.ask("{ cas { ticket } }");
  assertEquals(errors[0]?.extensions?.code, "NOT_READY");
  Deno.kill(program.pid, "SIGTERM");
  assertEquals((await program.status).code, 0);
});

Deno.test("the program tells every wrong setting at once and exits with 2", async () => {
  await using program = startApi({ CAST_API_PORT: "http", CAST_REDIS_URL: "http://redis.test" });
  assertEquals((await program.status).code, 2);
  for (const name of ["CAST_API_PORT", "CAST_REDIS_URL", "CAST_TICKET_KEYS"]) {
    assert(program.output().includes(name), program.output());
  }
});
