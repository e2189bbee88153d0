/**
 * A guard over real Redis and Postgres, with votes cast by the real script. Kafka is an array here: what is relayed
 * into it is stored when the test says so, so that votes can be as late as a test wants them.
 */
import { Registry } from "prom-client";
import {
  createGuardScripts,
  createReadShardScript,
  type ShardState,
} from "../../../shared/redis/shard_scripts.ts";
import { byName } from "../../../shared/testing/votes.ts";
import { createVoteLab, type LabVote } from "../../../shared/testing/vote_lab.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import type { World } from "../../../shared/testing/world.ts";
import type { TicketClaims } from "../../../shared/ticket/ticket.ts";
import type { CastVoteOutcome } from "../../../shared/vote/outcome.ts";
import { kafkaValue, parseStoredVote, type StoredVote } from "../../../shared/vote/record.ts";
import { createGuard, type Guard, type GuardOptions } from "../guard/guard.ts";
import { createGuardLock } from "../guard/lock.ts";
import { createGuardMetrics } from "../guard/metrics.ts";
import { createPersisterMetrics } from "../metrics.ts";
import { persistBatch } from "../persist_batch.ts";
import { createVoteStore } from "../vote_store.ts";
import { batchOf, createLedger, type Ledger } from "./ledger.ts";
import { createCuttablePool, type CuttablePool } from "./persister.ts";

export interface GuardScene extends CuttablePool {
  readonly ledger: Ledger;
  readonly guard: Guard;
  /** How often the guard waited for Kafka. */
  readonly drains: number;
  /** Another guard, with a pool of its own unless one is given. */
  addGuard(options?: Partial<GuardOptions>): { guard: Guard } & CuttablePool;
  readShard(): Promise<ShardState>;
  /** Looks until the shard is open; returns its epoch. */
  open(guard?: Guard): Promise<number>;
  /** Under a ticket of the open epoch, unless another is given. */
  cast(vote?: LabVote): Promise<CastVoteOutcome>;
  ticketOf(epoch: number): Promise<TicketClaims>;
  /** Takes what the outbox holds to the array that stands for Kafka, and trims it. */
  relay(): Promise<void>;
  /** Stores what was relayed and is not stored yet. */
  store(): Promise<void>;
  tally(): Promise<[name: string, total: number][]>;
  /** In order; null for the one that is open. */
  epochs(): Promise<[epoch: number, included: number | null][]>;
  /** As another Redis process over the same data. */
  pretendRestart(): Promise<void>;
  /** As a Redis that came back empty. */
  wipe(): Promise<void>;
  /** The `shard_opened` and `shard_claimed` events so far: why, and how it ended. */
  openings(): { reason: unknown; kind: unknown }[];
}

export async function createGuardScene(world: World): Promise<GuardScene> {
  const ledger = await createLedger(world, { openShard: false });
  const readShard = createReadShardScript(world.redis, world.keys);
  const metrics = createGuardMetrics(new Registry());
  let drains = 0;

  function addGuard(options: Partial<GuardOptions> = {}) {
    const cuttable = createCuttablePool(world, ledger.pool);
    const guard = createGuard({
      shard: 0,
      lock: createGuardLock(cuttable.pool, { shard: 0, schema: world.name }),
      scripts: createGuardScripts(world.redis, world.keys),
      isRedisConnected: world.redis.isConnected,
      drain: () => Promise.resolve(void (drains += 1)),
      now: Date.now,
      metrics,
      log: world.log,
      ...options,
    });
    world.defer(() => guard.close());
    return { guard, ...cuttable };
  }

  const own = addGuard();
  return {
    ...own,
    ledger,
    get drains() {
      return drains;
    },
    addGuard,
    readShard,
    async open(guard = own.guard) {
      return await waitFor(async () => {
        await guard.step();
        const { isOpen, epoch } = await readShard();
        return isOpen && epoch;
      }, { what: "an open shard" });
    },
    async epochs() {
      const { rows } = await ledger.pool.query<{ epoch: string; included: string | null }>(
        "select epoch, included_version as included from epochs order by epoch",
      );
      return rows.map(({ epoch, included }) => [Number(epoch), included === null ? null : Number(included)]);
    },
    openings: () => openings(world),
    ...votesOf(world, { ledger, readShard }),
    ...redisOf(world),
  };
}

type VotesOfScene = Pick<GuardScene, "cast" | "ticketOf" | "relay" | "store">;

function votesOf(
  { name, redis: client, keys, log }: World,
  { ledger, readShard }: Pick<GuardScene, "ledger" | "readShard">,
): VotesOfScene {
  const { redis } = client;
  const lab = createVoteLab(client, { prefix: name });
  const relayed: StoredVote[] = [];
  const persisting = {
    store: createVoteStore(ledger.pool, { requestLifeMs: 120_000 }),
    metrics: createPersisterMetrics(new Registry()),
    bury: () => Promise.reject(new Error("nothing here is to be buried")),
    log,
  };

  async function ticketOf(epoch: number): Promise<TicketClaims> {
    const ticket = { kid: "lab", shard: 0, epoch, opensAt: 7000 };
    if (await redis.exists(keys.ticket(ticket)) === 0) await lab.putTicket({ ticket, uses: 1_000_000 });
    return ticket;
  }

  return {
    ticketOf,
    async cast(vote = {}) {
      const ticket = vote.ticket ?? await ticketOf((await readShard()).epoch ?? 0);
      return await lab.cast({ ...vote, ticket });
    },
    async relay() {
      for (const [id, fields] of await redis.xrange(keys.outbox, "-", "+")) {
        const entry = { id, vote: fields[1] as string, at: fields[3] as string };
        relayed.push(parseStoredVote(new TextEncoder().encode(kafkaValue(entry))));
        await redis.xdel(keys.outbox, id);
      }
    },
    async store() {
      const firstOffset = await ledger.nextOffset();
      const votes = relayed.slice(Number(firstOffset));
      await persistBatch(persisting, { address: ledger.address, batch: batchOf(votes, { firstOffset }) });
    },
  };
}

function redisOf(
  { name, redis: { redis }, keys }: World,
): Pick<GuardScene, "tally" | "pretendRestart" | "wipe"> {
  return {
    async tally() {
      const flat = await redis.zrange(keys.tally, "0", "-1", "WITHSCORES");
      const pairs = Array.from(
        { length: flat.length / 2 },
        (_, index) => [flat[2 * index] as string, Number(flat[2 * index + 1])] as [string, number],
      );
      return byName(pairs);
    },
    pretendRestart: async () => void await redis.hset(keys.meta, "incarnation", "0".repeat(40)),
    async wipe() {
      const found = await redis.keys(`${name}:*`);
      if (found.length > 0) await redis.unlink(...found);
    },
  };
}

function openings({ log }: World): { reason: unknown; kind: unknown }[] {
  const fieldsOf = (event: string) =>
    log.events.filter((logged) => logged.event === event).map(({ fields }) => fields);
  const opened = fieldsOf("shard_opened");
  return fieldsOf("shard_claimed").map(({ reason }, index) => ({ reason, kind: opened[index]?.kind }));
}
