/** The vote script by the API's own way to Redis, without HTTP, against redis-benchmark with the same script. */
import { v7 } from "uuid";
import { parseTicket, type TicketClaims } from "../../../shared/ticket/ticket.ts";
import { shardKeys } from "../../../shared/redis/keys.ts";
import { createVoteScript, VOTE_SCRIPT } from "../../../shared/redis/vote_script.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { VoteRecord } from "../../../shared/vote/record.ts";
import { TOTAL_MAX } from "../../../shared/vote/rules.ts";
import { openShard, removeVotes } from "../api/scene.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { interleave, type Side } from "../interleave.ts";
import { requireTool } from "../run/tools.ts";
import { CONNECTIONS } from "../run/wrk.ts";
import { runRedisBenchmark } from "./redis_benchmark.ts";

const LIMITS = {
  requestLifeMs: 120_000,
  outboxMax: 100_000_000,
  totalMax: TOTAL_MAX,
  candidatesMax: 1_000_000,
  voterVotesMax: 0,
  voterWindowMs: 3_600_000,
};
/** For a first round that must find out how many a second there are. */
const TRIAL_VOTES = 20_000;

export const scriptBench: Bench = {
  name: "script",
  title: "The vote script as the API runs it, without HTTP, against redis-benchmark",
  run,
};

async function run(context: BenchContext): Promise<readonly Figure[]> {
  requireTool("redis-benchmark");
  await using world = await context.createWorld();
  const { ticket: text } = await openShard(world);
  const ticket = parseTicket(text) as TicketClaims;
  const { client, single, pipelined } = await interleave({
    client: clientSide(world, { ticket, context }),
    single: benchmarkSide(world, { ticket, context, pipeline: 1 }),
    pipelined: benchmarkSide(world, { ticket, context, pipeline: 16 }),
  }, context);
  const figure = { what: `script, ${CONNECTIONS} under way`, unit: "votes/s", samples: client };
  return [
    { ...figure, limit: { what: `redis-benchmark -c ${CONNECTIONS}`, samples: single } },
    { ...figure, limit: { what: `redis-benchmark -c ${CONNECTIONS} -P 16`, samples: pipelined } },
  ];
}

interface SideOptions {
  readonly ticket: TicketClaims;
  readonly context: BenchContext;
}

function clientSide(world: World, { ticket, context: { seconds, signal } }: SideOptions): Side {
  const keysOf = (shard: number) => shardKeys({ prefix: world.name, shard });
  const cast = createVoteScript(world.redis, { keysOf, limits: LIMITS });
  return async () => {
    await removeVotes(world);
    let votes = 0;
    const begunAt = performance.now();
    const endsAt = begunAt + seconds * 1000;
    const voter = async () => {
      while (performance.now() < endsAt && !signal.aborted) {
        const outcome = await cast({ ticket, record: newRecord(), fingerprint: "" });
        if (outcome.kind !== "accepted") throw new Error(`Cast a vote: got ${JSON.stringify(outcome)}`);
        votes++;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, voter));
    return votes / (performance.now() - begunAt) * 1000;
  };
}

function benchmarkSide(
  world: World,
  { ticket, context: { seconds, signal }, pipeline }: SideOptions & { pipeline: number },
): Side {
  let perSecond: number | undefined;
  return async () => {
    await removeVotes(world);
    const { redis: client, keys } = world;
    const votes = perSecond === undefined ? TRIAL_VOTES : Math.round(perSecond * seconds);
    const sha = await client.redis.script("LOAD", VOTE_SCRIPT.lua) as string;
    const record = newRecord();
    const scriptKeys = [
      ...[keys.meta, keys.ticket(ticket), keys.tally, keys.outbox, keys.request("")],
      ...[keys.candidates, keys.frozen, keys.voter("")],
    ];
    const args = [client.incarnation(), ticket.epoch, record.id, JSON.stringify(record), "0", ""];
    // In the script's order.
    const limits = Object.values(LIMITS);
    const names = record.names.flatMap((name, index) => [name, record.counts[index] as number]);
    perSecond = await runRedisBenchmark({
      url: world.addresses.redisUrl,
      requests: votes,
      ...{ clients: CONNECTIONS, pipeline, signal },
      command: ["EVALSHA", sha, scriptKeys.length, ...scriptKeys, ...args, ...limits, ...names].map(String),
    });
    const counted = await client.redis.xlen(keys.outbox);
    if (counted < votes) throw new Error(`Count the votes: wanted ${votes} in the outbox, got ${counted}`);
    return perSecond;
  };
}

function newRecord(): VoteRecord {
  return { v: 1, id: v7(), shard: 0, names: ["candidate-001", "candidate-008"], counts: [1, 1] };
}
