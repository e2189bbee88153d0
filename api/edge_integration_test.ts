/** The same contract under `deno serve`, the local stand-in for an edge host. */
import { assert, assertEquals } from "@std/assert";
import { permissionFlags } from "../shared/config/permissions.ts";
import { createWorld } from "../shared/testing/world.ts";
import { edgeSettings } from "./config.ts";
import { type ApiClient, CAS_DOCUMENT, createApiClient, readAnswer } from "./testing/api_client.ts";
import { createMint, EPOCH, TEST_KEYS } from "./testing/api_world.ts";
import { type ProgramProcess, startProgram } from "./testing/program_process.ts";

const EDGE = new URL("./edge.ts", import.meta.url).href;

function startEdge(environment: Record<string, string>): ProgramProcess {
  const args = ["serve", "--host=127.0.0.1", "--port=0", ...permissionFlags(edgeSettings, environment), EDGE];
  return startProgram({ args, environment });
}

async function edgeClient(edge: ProgramProcess): Promise<ApiClient> {
  const [address] = await edge.printed(/http:\/\/127\.0\.0\.1:\d+\//);
  return createApiClient(new URL("graphql", address));
}

Deno.test("deno serve api/edge.ts serves the contract from its first request on", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const ticket = await createMint(world)({ uses: 1 });
  await using edge = startEdge({ ...world.environment(), CAST_TICKET_KEYS: TEST_KEYS });
  const client = await edgeClient(edge);
  const vote = { usernames: ["Ada", "Bo"], voteCount: [1, 2], ticket };

  const [first, second] = await Promise.all([client.vote(vote), client.vote(vote)]);
  assertEquals([first.code, second.code].sort(), ["ACCEPTED", "TICKET_EXHAUSTED"]);
  const { data } = await client.ask(CAS_DOCUMENT);
  assertEquals((data?.cas as { remainingUsage: number }).remainingUsage, 0);
  assertEquals(await client.total("Bo"), 2);
  assertEquals((await client.vote({ ...vote, ticket: "forged" })).message, "Invalid ticket");
  assertEquals((await client.vote({ ...vote, usernames: [] })).code, "INPUT_INVALID");
  assertEquals((await client.send({ method: "POST", body: "text" })).status, 415);
  assertEquals((await readAnswer(await fetch(new URL("/nothing", client.url)))).status, 404);
});

Deno.test("deno serve api/edge.ts answers NOT_READY when Redis does not come", async () => {
  await using edge = startEdge({ CAST_REDIS_URL: "redis://127.0.0.1:1", CAST_TICKET_KEYS: TEST_KEYS });
  const client = await edgeClient(edge);
  const { errors } = await client.ask(CAS_DOCUMENT);
  assertEquals(errors[0]?.extensions?.code, "NOT_READY");
});

Deno.test("api/edge.ts does not load with wrong settings, and tells all of them", async () => {
  await using edge = startEdge({ CAST_REDIS_URL: "http://user:hidden-password@redis.test" });
  assert(!(await edge.status).success);
  for (const name of ["CAST_REDIS_URL", "CAST_TICKET_KEYS"]) {
    assert(edge.output().includes(name), edge.output());
  }
  assert(!edge.output().includes("hidden-password"));
});
