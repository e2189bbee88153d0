/** An open shard under a prefix of its own with a ticket that never runs out: several sizes can stand side by side. */
import type { RedisClient } from "../../../shared/redis/client.ts";
import { type ShardKeys, shardKeys } from "../../../shared/redis/keys.ts";
import { createGuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createVoteLab, LAB_EPOCH, type LabVote } from "../../../shared/testing/vote_lab.ts";
import type { Side } from "../interleave.ts";
import { type Calls, commandCost, runCalls } from "./command_cost.ts";

/** Beyond any backlog that is measured. */
const OUTBOX_MAX = 1_000_000_000;
const USES = 1_000_000_000;
/** Names written by one command. */
const NAMES_AT_ONCE = 5000;

export interface Scene {
  readonly client: RedisClient;
  readonly keys: ShardKeys;
  /** Throws where the vote is not accepted: a refusal costs less, and nobody may take it for a vote. */
  cast(vote?: LabVote): Promise<void>;
}

export async function openScene(client: RedisClient, prefix: string): Promise<Scene> {
  const keys = shardKeys({ prefix, shard: 0 });
  const guard = createGuardScripts(client, keys);
  const claimId = crypto.randomUUID();
  await guard.claim(claimId);
  await guard.open({ incarnation: client.incarnation(), claimId, epoch: LAB_EPOCH, restored: false });
  const lab = createVoteLab(client, { prefix, limits: { outboxMax: OUTBOX_MAX, requestLifeMs: 3_600_000 } });
  await lab.putTicket({ uses: USES });
  return {
    client,
    keys,
    async cast(vote) {
      const outcome = await lab.cast(vote);
      if (outcome.kind !== "accepted") {
        throw new Error(`Cast a vote: wanted it accepted, got ${JSON.stringify(outcome)}`);
      }
    },
  };
}

export function candidate(index: number): string {
  return `candidate-${index}`;
}

export function randomBelow(bound: number): number {
  return Math.floor(Math.random() * bound);
}

/** Totals of all sizes, so that names are not in the order of their scores. */
export async function fillTally({ client, keys }: Scene, candidates: number): Promise<void> {
  for (let first = 0; first < candidates; first += NAMES_AT_ONCE) {
    const names = Array.from({ length: Math.min(NAMES_AT_ONCE, candidates - first) }, (_, index) => [
      1 + randomBelow(1_000_000),
      candidate(first + index),
    ]);
    await client.redis.zadd(keys.tally, ...names.flat() as [number, string]);
  }
}

/** Microseconds of Redis for one vote; what the votes left in the outbox is taken away again. */
export function voteSide(
  scene: Scene,
  { calls, runs, vote, backlog = 0 }: Calls & { vote: () => LabVote; backlog?: number },
): Side {
  const { client: { redis }, keys } = scene;
  return async () => {
    // Whatever another scene did: the script is known.
    await scene.cast(vote());
    const act = () => runCalls(() => scene.cast(vote()), { calls });
    const cost = await commandCost(redis, { command: "evalsha", calls, runs, act });
    await redis.xtrim(keys.outbox, "MAXLEN", "=", backlog);
    return cost;
  };
}
