/** Holds a run that has come to rest to the promises: verify, what dead disks held, and the checker over all of it. */
import { createRedisClient } from "../../../shared/redis/client.ts";
import { checkRun } from "../check/check.ts";
import type { CheckReport } from "../check/judge.ts";
import type { GraveVote } from "../check/ledger_row.ts";
import type { Arena } from "./arena.ts";
import { findInKafka } from "./kafka_graves.ts";
import { type NamedLosses, nameLosses } from "./named_losses.ts";
import { withRedis } from "./redis_direct.ts";
import type { Stage } from "./stage.ts";

const CONNECT_MS_MAX = 10_000;
const VERIFY_WAIT_MS_MAX = 30_000;
const REPAIR_MS_MAX = 60_000;
const SHARD = 0;

export interface JudgeRunOptions {
  /** Uses of a ticket until the history says otherwise. */
  readonly uses: number;
}

export interface RunJudgement {
  readonly check: CheckReport;
  readonly namedLost: number;
}

export async function judgeRun(stage: Stage, { uses }: JudgeRunOptions): Promise<RunJudgement> {
  const { arena, keys, historyPath } = stage;
  const { history, pool, topic, signal, log } = arena;
  const tallyBefore = await readTally(arena, keys.shard.tally);
  const { namedLost, verify } = await nameRunLosses(stage);
  history.flush();
  const check = await checkRun({
    historyPath,
    pool,
    ticketUses: uses,
    verify,
    graves: await readGraves(arena, keys.prefix),
    tally: await readTally(arena, keys.shard.tally),
    tallyBefore,
    inKafka: (voteIds) => findInKafka(arena.kafka(), { voteIds, topic, signal, log }),
  });
  return { check, namedLost };
}

/** By what `deno task verify` runs, past every proxy. */
async function nameRunLosses({ arena, keys }: Stage): Promise<NamedLosses> {
  const { stores, pool, log, signal, history } = arena;
  const redis = createRedisClient({ url: new URL(stores.direct.redisUrl), log });
  try {
    await redis.whenConnected(AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS_MAX)]));
    const waitMsMax = VERIFY_WAIT_MS_MAX;
    const options = { redis, keys: keys.shard, pool, shard: SHARD, waitMsMax, signal, log };
    return await nameLosses(options, { isKafkaLost: history.isKafkaLost(), repairMsMax: REPAIR_MS_MAX });
  } finally {
    await redis.close();
  }
}

async function readGraves({ stores, history }: Arena, prefix: string): Promise<GraveVote[]> {
  const votes: GraveVote[] = [];
  // Both clocks go alike; a grave has the time of the other one.
  const wallOffsetMs = Date.now() - history.nowT();
  for (const grave of stores.redis.graves()) {
    const { outbox } = await stores.redis.examine(grave, { prefix, shard: SHARD });
    const diedT = grave.diedAtMs - wallOffsetMs;
    votes.push(...outbox.map((entry) => graveVote(entry, diedT)));
  }
  return votes;
}

function graveVote({ id, vote }: { id: string; vote: string }, diedT: number): GraveVote {
  const [epoch, version] = id.split("-").map(Number);
  const record = JSON.parse(vote) as { id: string; requestId?: string };
  return {
    epoch: epoch ?? 0,
    version: version ?? 0,
    voteId: record.id,
    cause: "redis_disk",
    diedT,
    ...(record.requestId === undefined ? {} : { requestId: record.requestId }),
  };
}

async function readTally({ stores }: Arena, key: string): Promise<ReadonlyMap<string, number>> {
  const flat = await withRedis(stores.direct.redisUrl, (redis) => redis.zrange(key, "0", "-1", "WITHSCORES"));
  const totals = new Map<string, number>();
  for (let index = 0; index < flat.length; index += 2) {
    totals.set(flat[index] as string, Number(flat[index + 1]));
  }
  return totals;
}
