/** Bytes that Redis holds of a vote: while it waits in the outbox, and once the relay has taken it. */
import { v7 } from "uuid";
import { shardKeys } from "../../../shared/redis/keys.ts";
import { createVoteScript } from "../../../shared/redis/vote_script.ts";
import type { World } from "../../../shared/testing/world.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { parseTicket, type TicketClaims } from "../../../shared/ticket/ticket.ts";
import { TOTAL_MAX } from "../../../shared/vote/rules.ts";
import { openShard } from "../api/scene.ts";
import type { BenchContext, Figure } from "../bench.ts";
import { startProgram } from "../../system/running_program.ts";

const VOTES = 50_000;
const AT_ONCE = 64;
const RELAY_MS_MAX = 60_000;
/** Long enough that no request id is forgotten before the last look. */
const LIMITS = {
  requestLifeMs: 3_600_000,
  outboxMax: 100_000_000,
  totalMax: TOTAL_MAX,
  candidatesMax: 1_000_000,
  voterVotesMax: 0,
  voterWindowMs: 3_600_000,
};

export async function redisPerVote(context: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const withId of [false, true]) figures.push(...await measure(context, withId));
  return figures;
}

async function measure({ createWorld, signal }: BenchContext, withId: boolean): Promise<Figure[]> {
  await using world = await createWorld();
  await Promise.all([world.kafka(), world.postgres()]);
  const { ticket, environment } = await openShard(world);
  const claims = parseTicket(ticket) as TicketClaims;
  await cast(world, { claims, withId, votes: 1000, signal });
  const before = await usedBytes(world);
  await cast(world, { claims, withId, votes: VOTES, signal });
  const waiting = await usedBytes(world);
  const stream = await world.redis.redis.memory("USAGE", world.keys.outbox, "SAMPLES", 0) ?? NaN;
  const relay = startProgram("outbox_relay", environment);
  world.defer(() => relay.stop("SIGTERM"));
  await waitFor(async () => signal.aborted || await world.redis.redis.xlen(world.keys.outbox) === 0, {
    what: "an empty outbox",
    withinMs: RELAY_MS_MAX,
  });
  signal.throwIfAborted();
  const after = await usedBytes(world);
  const kind = withId ? "vote with a requestId" : "vote";
  const figure = (what: string, bytes: number): Figure => ({
    what: `Redis, ${kind}: ${what}`,
    unit: "bytes/vote",
    samples: [bytes],
  });
  return [
    figure("waiting for the relay", (waiting - before) / VOTES),
    figure("of it the outbox stream", stream / (VOTES + 1000)),
    figure("left by the relay", (after - before) / VOTES),
  ];
}

async function cast(
  world: World,
  { claims, withId, votes, signal }: {
    claims: TicketClaims;
    withId: boolean;
    votes: number;
    signal: AbortSignal;
  },
): Promise<void> {
  const keysOf = (shard: number) => shardKeys({ prefix: world.name, shard });
  const run = createVoteScript(world.redis, { keysOf, limits: LIMITS });
  let left = votes;
  const voter = async () => {
    while (left-- > 0) {
      signal.throwIfAborted();
      const names = [`candidate-${left % 300}`, `candidate-${(left + 1) % 300}`];
      const id = withId ? { requestId: crypto.randomUUID() } : {};
      const record = { v: 1 as const, id: v7(), shard: 0, names, counts: [1, 1], ...id };
      const outcome = await run({ ticket: claims, record, fingerprint: withId ? "f".repeat(43) : "" });
      if (outcome.kind !== "accepted") throw new Error(`Cast a vote: got ${JSON.stringify(outcome)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, voter));
}

async function usedBytes({ redis: { redis } }: World): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
}
