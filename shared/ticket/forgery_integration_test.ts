/**
 * Forged tickets against a real API process over HTTP: each is answered TICKET_INVALID as data, and leaves no trace in
 * Redis. No rotator and no relay run, so that whatever changes there was changed by a forged ticket.
 */
import { assert, assertEquals } from "@std/assert";
import { startProgram } from "../../dev/system/running_program.ts";
import { dumpKeys } from "../testing/dump_keys.ts";
import { FAR_AWAY_MS, LONG_AGO_MS } from "../testing/vote_lab.ts";
import { createWorld, type World } from "../testing/world.ts";
import { createForger } from "./testing/forger.ts";
import { createDraw } from "./testing/forgery_random.ts";
import { createForgeryScene, type ForgeryScene } from "./testing/forgery_scene.ts";

const FORGED = 5000;
const PARALLEL = 50;
const EPOCH = 1_764_000_000_000;
const USES = 3;
/** What the API reads of a request at most; beyond it the answer is not GraphQL's. */
const REQUEST_BYTES_MAX = 65_536;
const DOCUMENT =
  `mutation ($ticket: String!, $requestId: ID) { vote(usernames: ["ada"], voteCount: [1], ticket: $ticket, requestId: $requestId) {
    success message code usernames votes } }`;
const INVALID = {
  success: false,
  message: "Invalid ticket",
  code: "TICKET_INVALID",
  usernames: [],
  votes: [],
};

const seed = Number(Deno.env.get("CAST_TEST_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);

interface Answer {
  readonly status: number;
  readonly vote: unknown;
  readonly codes: readonly unknown[];
}

interface Api {
  readonly scene: ForgeryScene;
  readonly world: World;
  send(body: BodyInit): Promise<Answer>;
}

/** An API process over an open shard whose tickets, all of the scene's, are open and unused. */
async function startApi(world: World): Promise<Api> {
  const scene = createForgeryScene({
    draw: createDraw(seed),
    tickets: 10,
    claims: { shard: 0, epoch: EPOCH },
  });
  await world.openShard(EPOCH);
  for (const { text, opensAt } of scene.genuine) {
    await world.redis.redis.hset(world.keys.ticket({ epoch: EPOCH, opensAt }), {
      ticket: text,
      uses_left: USES,
      opens_at: LONG_AGO_MS,
      expires_at: FAR_AWAY_MS,
    });
  }
  const program = startProgram("api", { ...world.environment(), CAST_TICKET_KEYS: scene.ringText });
  world.defer(async () => assertEquals(await program.stop("SIGTERM"), 0));
  await program.whenReady();
  const { port } = await program.logged("api_listening");
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    scene,
    world,
    async send(body) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      const { data, errors = [] } = await response.json();
      const codes = errors.map(({ extensions }: { extensions?: { code?: unknown } }) => extensions?.code);
      return { status: response.status, vote: data?.vote, codes };
    },
  };
}

function body(ticket: unknown, index = 0): string {
  // Every second with a requestId: what is remembered of a request must not help a forged ticket.
  return JSON.stringify({
    query: DOCUMENT,
    variables: { ticket, requestId: index % 2 ? `r${index}` : null },
  });
}

async function assertStillGenuine({ scene, send }: Api): Promise<void> {
  for (const { text } of scene.genuine) {
    const { vote } = await send(body(text));
    assertEquals((vote as { code: string }).code, "ACCEPTED");
  }
}

Deno.test("the API answers forged tickets of every class TICKET_INVALID, and nothing of them reaches Redis", async () => {
  await using world = await createWorld();
  const api = await startApi(world);
  await assertStillGenuine(api);
  const before = await dumpKeys(world.redis, world.name);
  const forge = createForger(api.scene, createDraw(seed));
  const tried = new Map<string, number>();
  let tooLong = 0;
  for (let sent = 0; sent < FORGED; sent += PARALLEL) {
    await Promise.all(Array.from({ length: PARALLEL }, async (_, index) => {
      const { className, text } = forge();
      tried.set(className, (tried.get(className) ?? 0) + 1);
      const request = body(text, sent + index);
      const answer = await api.send(request);
      const what = `seed ${seed}, ${className}: ${JSON.stringify(text.slice(0, 200))}`;
      if (new TextEncoder().encode(request).length > REQUEST_BYTES_MAX) {
        tooLong += 1;
        assertEquals([answer.status, answer.vote], [413, undefined], what);
      } else {
        assertEquals(answer, { status: 200, vote: INVALID, codes: [] }, what);
      }
    }));
  }
  console.log(
    `    seed ${seed}: ${FORGED} forged tickets of ${tried.size} classes over HTTP, ${tooLong} too long to be read`,
  );
  assertEquals(await dumpKeys(world.redis, world.name), before);
  await assertStillGenuine(api);
});

Deno.test("the API refuses requests whose ticket is no text, or whose bytes are no UTF-8, without a fault", async () => {
  await using world = await createWorld();
  const api = await startApi(world);
  const before = await dumpKeys(world.redis, world.name);
  const { text } = api.scene.genuine[0] as { text: string };
  for (const ticket of [null, undefined, 7, true, [text], [[text]], { ticket: text }, [text, text]]) {
    const { status, vote, codes } = await api.send(body(ticket));
    const what = JSON.stringify(ticket);
    assert(status < 500, what);
    assertEquals([vote, codes], [undefined, ["BAD_USER_INPUT"]], what);
  }
  const bytes = new TextEncoder().encode(body(text));
  const at = new TextDecoder().decode(bytes).indexOf(text);
  for (let offset = 0; offset < text.length; offset++) {
    const broken = bytes.slice();
    broken[at + offset] = 0xff;
    assertEquals(await api.send(broken), { status: 200, vote: INVALID, codes: [] }, `byte ${offset}`);
  }
  assertEquals(await dumpKeys(world.redis, world.name), before);
  await assertStillGenuine(api);
});
