/**
 * Whoever wants harm, beside whoever votes: the hostile corpus against the API as it is deployed, on real Redis, while
 * honest votes go on. Every hostile request is refused as it must be, no vote of theirs is counted, nothing breaks, and
 * the process does not grow.
 */
import { assert, assertEquals } from "@std/assert";
import { permissionFlags } from "../shared/config/permissions.ts";
import { waitFor } from "../shared/testing/wait_for.ts";
import { createWorld, type World } from "../shared/testing/world.ts";
import { apiSettings } from "./config.ts";
import { type Attack, attack, prepareAttacks, wrongIn } from "./hardening/testing/attack.ts";
import { hostileCorpus, quickCorpus } from "./hardening/testing/corpus/corpus.ts";
import { VICTIM } from "./hardening/testing/corpus/entry.ts";
import { type ApiClient, createApiClient } from "./testing/api_client.ts";
import { createMint, EPOCH, TEST_KEYS } from "./testing/api_world.ts";
import { type ProgramProcess, startProgram } from "./testing/program_process.ts";

const MAIN = new URL("./main.ts", import.meta.url).href;
const ENTRIES_MIN = 200;
const ROUNDS = 6;
/** After it the process has met everything once, and its caches and its heap are as large as they become. */
const EARLY_ROUND = 2;
const GROWTH_MAX = 1.5;
const CONNECTIONS = 8;
const HONEST = "Ada";

interface Scene {
  readonly world: World;
  readonly program: ProgramProcess;
  readonly port: number;
  readonly client: ApiClient;
  readonly ticket: string;
}

async function startScene(world: World): Promise<Scene> {
  await world.openShard(EPOCH);
  const ticket = await createMint(world)({ uses: 1_000_000 });
  const environment = {
    ...world.environment(),
    CAST_TICKET_KEYS: TEST_KEYS,
    CAST_API_PORT: "0",
    CAST_OPS_PORT: "0",
  };
  const args = ["run", ...permissionFlags(apiSettings, environment), MAIN];
  const program = startProgram({ args, environment });
  world.defer(() => program[Symbol.asyncDispose]());
  const [, port] = await program.printed(/"port":(\d+),"event":"api_listening"/);
  const client = createApiClient(new URL(`http://127.0.0.1:${port}/graphql`));
  await waitFor(async () => (await client.ask("{ cas { ticket } }")).data, { what: "a ticket" });
  return { world, program, port: Number(port), client, ticket };
}

/** Votes one at a time until `run` has ended. Returns how many votes were counted; throws for one that was not. */
async function voteWhile(run: () => Promise<void>, { client, ticket }: Scene): Promise<number> {
  let running = true;
  let counted = 0;
  const vote = async () => {
    // The last one is cast after everything that the attack has left behind.
    for (let last = false; !last;) {
      last = !running;
      const { code, votes } = await client.vote({ usernames: [HONEST], voteCount: [1], ticket });
      assertEquals([code, votes], ["ACCEPTED", [++counted]]);
    }
  };
  await Promise.all([run().finally(() => running = false), vote()]);
  return counted;
}

/** Sends all of them, some at a time, and returns what was wrong. */
async function sendAll(
  attacks: readonly Attack[],
  { port }: Scene,
  connections = CONNECTIONS,
): Promise<string[]> {
  const wrong: string[] = [];
  const left = attacks.values();
  const sendSome = async () => {
    for (const one of left) {
      const problem = wrongIn(await attack(port, one), one.entry);
      if (problem !== undefined) wrong.push(`${one.entry.name}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendSome));
  return wrong;
}

/** By a program of its own: Deno wants every permission before it reads of another process. */
async function residentKb(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/status`] }).output();
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(new TextDecoder().decode(stdout))?.[1]);
}

Deno.test("no two hostile requests have the same name, and there are enough of them", () => {
  assert(hostileCorpus.length >= ENTRIES_MIN, `${hostileCorpus.length} requests`);
  assertEquals(new Set(hostileCorpus.map(({ name }) => name)).size, hostileCorpus.length);
});

Deno.test("every hostile request is refused while honest votes go on, and nothing is left behind", async () => {
  await using world = await createWorld();
  const scene = await startScene(world);
  const { program, client, ticket } = scene;
  const attacks = prepareAttacks(hostileCorpus, ticket);
  const counted = await voteWhile(async () => {
    // All that are slow wait side by side.
    assertEquals(await sendAll(attacks, scene, attacks.length - quickCorpus.length + CONNECTIONS), []);
  }, scene);
  assertEquals([await client.total(HONEST), await client.total(VICTIM)], [counted, 0]);
  assertEquals(await world.redis.redis.xlen(world.keys.outbox), counted);
  assert(!/"level":"(error|warn)"/.test(program.output()), program.output());
  console.log(`${attacks.length} hostile requests beside ${counted} honest votes`);
});

Deno.test("the process is no larger after many rounds of hostile requests than after a few", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using world = await createWorld();
  const scene = await startScene(world);
  const attacks = prepareAttacks(quickCorpus, scene.ticket);
  let early = Infinity;
  for (let round = 1; round <= ROUNDS; round++) {
    assertEquals(await sendAll(attacks, scene), []);
    if (round === EARLY_ROUND) early = await residentKb(scene.program.pid);
  }
  const late = await residentKb(scene.program.pid);
  console.log(`resident: ${early} kB after ${EARLY_ROUND} rounds, ${late} kB after ${ROUNDS}`);
  assert(late <= GROWTH_MAX * early, `grew from ${early} kB to ${late} kB`);
  assertEquals(await world.redis.redis.xlen(world.keys.outbox), 0);
  assert(!/"level":"(error|warn)"/.test(scene.program.output()), scene.program.output());
});
