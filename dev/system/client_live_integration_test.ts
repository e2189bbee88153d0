/** What the typed client reads and watches, against a real system. */
import { assert, assertEquals } from "@std/assert";
import { type CastClient, createCastClient, type Leaderboard } from "../../client/mod.ts";
import { createTcpProxy, type TcpProxy } from "../../shared/testing/tcp_proxy.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { startSystem, type System } from "./system.ts";

interface Scene {
  readonly world: World;
  readonly system: System;
  readonly network: TcpProxy;
  readonly cast: CastClient;
}

async function createScene(): Promise<Scene & AsyncDisposable> {
  const world = await createWorld();
  // Long-lived, so that no test is too slow for its ticket.
  const environment = { CAST_TICKET_USES: "100000", CAST_TICKET_LIFETIME_MS: "60000" };
  const system = await startSystem(world, { environment });
  const network = createTcpProxy({ hostname: "127.0.0.1", port: Number(new URL(system.urls[0] ?? "").port) });
  world.defer(() => network[Symbol.asyncDispose]());
  const cast = createCastClient({ url: `http://127.0.0.1:${network.port}/graphql`, deadlineMs: 59_000 });
  return { world, system, network, cast, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

Deno.test("the client reads tallies, leaders, all candidates and how far a vote has come", async () => {
  await using scene = await createScene();
  const { cast } = scene;
  const names = Array.from({ length: 45 }, (_, index) => `name ${index}`);
  const requestId = crypto.randomUUID();
  for (let first = 0; first < names.length; first += 15) {
    const entries = names.slice(first, first + 15).map((name, index) => [name, 1 + first + index] as const);
    const { kind } = await cast.vote(entries, first === 0 ? { requestId } : {});
    assertEquals(kind, "accepted");
  }
  assertEquals(await cast.tallies(["name 3", "nobody"]), [
    { name: "name 3", total: 4 },
    { name: "nobody", total: 0 },
  ]);
  const { entries, candidateCount, voteCount, isOpen, isFrozen, readAt } = await cast.leaderboard(2);
  assertEquals(entries, [{ name: "name 44", total: 45 }, { name: "name 43", total: 44 }]);
  assertEquals([candidateCount, voteCount, isOpen, isFrozen], [45, 3, true, false]);
  assert(!Number.isNaN(readAt.getTime()));
  const all = await Array.fromAsync(cast.candidates({ pageSize: 7 }), ({ name }) => name);
  assertEquals(all, names.toReversed());
  const stored = await waitFor(async () => {
    const receipt = await cast.receipt(requestId);
    return receipt?.state === "STORED" && receipt;
  }, { what: "the receipt to say STORED" });
  assertEquals(stored.requestId, requestId);
  assertEquals(await cast.receipt(crypto.randomUUID()), undefined);
});

Deno.test("a watch of the leaderboard goes on through a network that breaks and an API that is killed", async () => {
  await using scene = await createScene();
  const { cast, network, system } = scene;
  const stop = new AbortController();
  const boards: Leaderboard[] = [];
  const cuts: string[] = [];
  const watching = (async () => {
    const options = { signal: stop.signal, onCut: ({ message }: { message: string }) => cuts.push(message) };
    for await (const board of cast.watchLeaderboard(options)) boards.push(board);
  })();
  const seesTotal = (total: number) =>
    waitFor(() => boards.at(-1)?.entries[0]?.total === total, { what: `a frame with ${total} votes` });
  try {
    await waitFor(() => boards.length > 0, { what: "the first frame" });
    assertEquals((await cast.vote({ alice: 1 })).kind, "accepted");
    await seesTotal(1);

    network.cut();
    network.restore();
    assertEquals((await cast.vote({ alice: 1 })).kind, "accepted");
    await seesTotal(2);

    await system.killAndReplace("api");
    const { port } = await system.copies("api")[0]!.logged("api_listening");
    network.retarget(Number(port));
    assertEquals((await cast.vote({ alice: 1 })).kind, "accepted");
    await seesTotal(3);
    assert(cuts.length >= 2);
  } finally {
    stop.abort();
    await watching;
  }
});

Deno.test("a watch of tickets gives one after the other, each good to vote with", async () => {
  await using scene = await createScene();
  const { cast, system } = scene;
  const seen: string[] = [];
  for await (const { ticket, validUntil } of cast.watchTickets()) {
    seen.push(ticket);
    assert(validUntil.getTime() > 0);
    const answer = await system.clients[0]!.vote({ usernames: ["alice"], voteCount: [1], ticket });
    if (seen.length === 1) assert(answer.kind === "result" && answer.result.success);
    if (new Set(seen).size === 3) break;
  }
  assertEquals(new Set(seen).size, 3);
});
