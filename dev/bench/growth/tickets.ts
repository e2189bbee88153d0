/**
 * What more tickets cost. With the default beat some sixty are remembered, each for a minute beyond its life; the sizes
 * here go far beyond that.
 */
import { createMintScript, createOpenTicketScript } from "../../../shared/redis/ticket_scripts.ts";
import { LAB_EPOCH } from "../../../shared/testing/vote_lab.ts";
import { testKeyRing } from "../../../shared/testing/ticket_keys.ts";
import { createTicketSigner } from "../../../shared/ticket/signer.ts";
import { createTicketVerifier, REMEMBERED_MAX } from "../../../shared/ticket/verifier.ts";
import type { BenchContext } from "../bench.ts";
import type { Side } from "../interleave.ts";
import { commandCost, runCalls, scriptSide } from "./command_cost.ts";
import type { Growth } from "./judge_growth.ts";
import { callsOf, measure } from "./measure.ts";
import { candidate, openScene, randomBelow, type Scene, voteSide } from "./scene.ts";

const SIZES = [1, 10, 100, 1000, 10_000];
/** Each is undone before the next, which takes two trips to Redis. */
const MINTS = 100;
const DAY_MS = 86_400_000;
/** Between the opening of two tickets. */
const INTERVAL_MS = 2;
/** In turn, so that beyond what is remembered every one has been forgotten by the time it comes again. */
const REMEMBERED = [1, 16, REMEMBERED_MAX];
const FORGOTTEN = [2 * REMEMBERED_MAX, 8 * REMEMBERED_MAX];

interface TicketScene extends Scene {
  /** When the first ticket opened; the others follow at the interval. */
  readonly firstOpensAt: number;
}

export async function ticketsInRedis(context: BenchContext): Promise<Growth[]> {
  await using world = await context.createWorld();
  const calls = callsOf(context);
  const scenes = new Map<number, TicketScene>();
  for (const size of SIZES) {
    const scene = await openScene(world.redis, `${world.name}:tickets${size}`);
    scenes.set(size, await mintTickets(scene, size));
  }
  const cost = (what: string, side: (scene: TicketScene, size: number) => Side) => ({
    what,
    of: "tickets remembered",
    unit: "us",
    sizes: SIZES,
    sideOf: (size: number) => side(scenes.get(size) as TicketScene, size),
  });
  return await measure(context, [
    cost("vote script", (scene, size) =>
      voteSide(scene, {
        ...calls,
        vote: () => ({
          names: [candidate(0)],
          ticket: {
            kid: "bench",
            shard: 0,
            epoch: LAB_EPOCH,
            opensAt: scene.firstOpensAt + INTERVAL_MS * randomBelow(size),
          },
        }),
      })),
    cost("open ticket script", ({ client, keys }) => {
      return scriptSide(client.redis, { ...calls, act: createOpenTicketScript(client, keys) });
    }),
    cost("mint script", mintSide),
  ]);
}

/** By the mint script itself: all of them open, for a day. */
async function mintTickets(scene: Scene, count: number): Promise<TicketScene> {
  const mint = createMintScript(scene.client, scene.keys);
  const firstOpensAt = Date.now() - DAY_MS / 2;
  const opensAt = (index: number) => firstOpensAt + INTERVAL_MS * index;
  // Many under way at once, and still in order: they go out on one connection.
  const mintOne = async (index: number) => {
    const slot = { text: "text", opensAt: opensAt(index) };
    const outcome = await mint({
      epoch: LAB_EPOCH,
      current: slot,
      next: slot,
      uses: 1_000_000_000,
      lifetimeMs: DAY_MS,
    });
    if (outcome.kind !== "minted" || outcome.count !== 1) {
      throw new Error(`Mint a ticket: wanted one minted, got ${JSON.stringify(outcome)}`);
    }
  };
  await runCalls(mintOne, { calls: count });
  return { ...scene, firstOpensAt };
}

/** Two new tickets each time, which go again at once so that the size stays. */
function mintSide({ client, keys, firstOpensAt }: TicketScene, size: number): Side {
  const mint = createMintScript(client, keys);
  let next = size;
  const mintAndUndo = async () => {
    const [first, second] = [next++, next++].map((index) => firstOpensAt + INTERVAL_MS * index);
    const [current, later] = [first as number, second as number];
    await mint({
      epoch: LAB_EPOCH,
      current: { text: "text", opensAt: current },
      next: { text: "text", opensAt: later },
      uses: 100,
      lifetimeMs: DAY_MS,
    });
    const tickets = [current, later].map((opensAt) => keys.ticket({ epoch: LAB_EPOCH, opensAt }));
    await Promise.all([client.redis.zrem(keys.tickets, current, later), client.redis.unlink(...tickets)]);
  };
  return async () => {
    await mintAndUndo();
    return await commandCost(client.redis, { command: "evalsha", calls: 1, runs: MINTS, act: mintAndUndo });
  };
}

/** The API's verifier: what it remembers, and what it has to verify by Web Crypto every time. */
export async function ticketsInApi(context: BenchContext): Promise<Growth[]> {
  const signer = createTicketSigner(testKeyRing());
  const texts = await Promise.all(
    Array.from({ length: Math.max(...FORGOTTEN) }, (_, opensAt) => {
      return signer.sign({ shard: 0, epoch: LAB_EPOCH, opensAt });
    }),
  );
  const sideOf = (size: number, calls: number): Side => {
    const verifier = createTicketVerifier(testKeyRing());
    return async () => {
      const begun = performance.now();
      for (let call = 0; call < calls; call++) await verifier.verify(texts[call % size] as string);
      return (performance.now() - begun) * 1000 / calls;
    };
  };
  // Each forgotten one twice.
  const calls = 2 * Math.max(...FORGOTTEN);
  const scale = { of: "tickets in turn", unit: "us" };
  return await measure(context, [
    // A look into a map: many more of them, or the clock decides.
    {
      what: "verify of a remembered ticket",
      ...scale,
      sizes: REMEMBERED,
      sideOf: (size) => sideOf(size, 50 * calls),
    },
    {
      what: "verify of a forgotten ticket",
      ...scale,
      sizes: FORGOTTEN,
      sideOf: (size) => sideOf(size, calls),
    },
  ]);
}
