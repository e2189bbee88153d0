/** The two sides that random calls are made to: a real Redis through the project's own scripts, and the simulated one. */
import type { RedisClient } from "../../shared/redis/client.ts";
import type { ShardKeys } from "../../shared/redis/keys.ts";
import {
  type LoadedNames,
  parsePoll,
  type PollInRedis,
  type PollSwitch,
} from "../../shared/redis/poll_scripts.ts";
import { createGuardScripts, type ShardState } from "../../shared/redis/shard_scripts.ts";
import { createMintScript, createOpenTicketScript } from "../../shared/redis/ticket_scripts.ts";
import { createVoteScript } from "../../shared/redis/vote_script.ts";
import { createRedisOutbox } from "../../workers/outbox_relay/redis_outbox.ts";
import {
  EPOCHS,
  type RedisScene,
  type RedisStep,
  REQUEST_IDS,
  slotMs,
  SLOTS,
  type SwitchStep,
  VOTERS,
} from "./redis_steps.ts";
import { SimulatedRedis, ticketKey } from "./simulated_redis.ts";

/** Small, so that both bounds are met. */
const LIMITS = {
  requestLifeMs: 3_600_000,
  outboxMax: 3,
  totalMax: 14,
  candidatesMax: 2,
  voterVotesMax: 3,
  voterWindowMs: 3_600_000,
};

export interface RedisSide {
  /** Does a step; returns the reply without times. */
  apply(step: RedisStep): Promise<unknown>;
  /** Everything that is kept, without times. */
  state(): Promise<unknown>;
}

export function simulatedSide({ timeMs, ...scene }: RedisScene, incarnation: string): RedisSide {
  let data = new SimulatedRedis();
  const caller = { timeMs, incarnation };
  function apply(step: RedisStep): unknown {
    switch (step.act) {
      case "vote":
        return data.vote(step.input, { ...caller, limits: LIMITS });
      case "mint":
        return data.mint(step.input, caller);
      case "claim":
        return data.claim(step.claimId);
      case "load":
        return data.loadTally(step.claimId, step.totals);
      case "open":
        return data.open({ ...step, incarnation });
      case "switch": {
        const { candidates, frozen } = loadsOf(step);
        if (candidates) data.poll.loadCandidates(candidates.loadId, step.candidates ?? []);
        if (frozen && frozen.count > 0) data.poll.loadFrozen(frozen.loadId, step.frozen ?? []);
        const change = switchOf(step, { incarnation, seen: data.readShard(caller).poll });
        return data.switchPoll(change, timeMs) !== undefined;
      }
      case "carry":
        return data.carry(step, incarnation)?.length;
      case "trim":
        return void data.trimThrough(step.id);
      case "head":
        return data.head(step.countMax).map(({ id, vote }) => ({ id, vote }));
      case "open_ticket":
        return data.openTicket(caller);
      case "read_shard":
        return withoutTimes(data.readShard(caller));
      case "read_frozen":
        return Object.fromEntries([...data.poll.frozen].map(([name, total]) => [name, String(total)]));
      case "read_carried":
        return [...data.carried].sort();
      case "restart":
        return void (data.meta && (data.meta.incarnation = "another"));
      case "wipe":
        return void (data = new SimulatedRedis());
    }
  }
  return {
    apply: (step) => Promise.resolve(apply(step)),
    state: () => Promise.resolve(stateOf(data, { timeMs, ...scene })),
  };
}

function stateOf(data: SimulatedRedis, scene: RedisScene): unknown {
  const { meta, last } = data;
  return {
    meta: meta &&
      { epoch: `${meta.epoch}`, incarnation: meta.incarnation, newest_opens_at: `${meta.newestOpensAt}` },
    poll: pollText(data.poll.seen),
    candidates: [...data.poll.candidates].sort(),
    frozen: Object.fromEntries(data.poll.frozen),
    voters: VOTERS.map((voter) => data.voters.votesOf(voter)),
    claim: data.claimId ?? null,
    tally: Object.fromEntries(data.tally),
    loading: Object.fromEntries(data.loading ?? []),
    carried: [...data.carried].sort(),
    slots: data.slots.toSorted((one, other) => one - other).map(String),
    outbox: data.outbox.map(({ epoch, version, vote }) => [`${epoch}-${version}`, vote]),
    last: last && `${last.epoch}-${last.version}`,
    uses: ticketsOf(scene).map((ticket) => data.tickets.get(ticketKey(ticket))?.usesLeft ?? null),
    requests: REQUEST_IDS.map((id) => {
      const known = data.requests.get(id);
      return known ? [known.fingerprint, ...known.totals.map(String)] : null;
    }),
  };
}

/** Times are real on one side. */
function withoutTimes({ timeMs: _timeMs, poll, ...state }: ShardState): unknown {
  return { ...state, poll: pollText(poll) };
}

function pollText({ votingSinceMs, ...poll }: PollInRedis): unknown {
  return { ...poll, hasSince: votingSinceMs !== undefined };
}

/** What a step loads before it switches. */
function loadsOf({ id, candidates, frozen }: SwitchStep): Pick<PollSwitch, "candidates" | "frozen"> {
  return {
    candidates: candidates && { loadId: `load ${id}`, count: candidates.length },
    frozen: frozen && { loadId: `load ${id}`, count: frozen.length },
  };
}

function switchOf(
  step: SwitchStep,
  { incarnation, seen }: { incarnation: string; seen: PollInRedis },
): PollSwitch {
  const { candidates, frozen } = loadsOf(step);
  const short = (loaded: LoadedNames | undefined) => loaded && { ...loaded, count: loaded.count + 1 };
  return {
    incarnation,
    on: step.on,
    seen: step.sees ? seen : { ...seen, revision: "never" },
    to: {
      revision: `revision ${step.id}`,
      voting: step.voting,
      results: frozen ? "frozen" : "live",
      frozenRevision: frozen && `revision ${step.id}`,
      candidatesDigest: candidates && `digest ${step.id}`,
    },
    candidates: step.isWhole ? candidates : short(candidates),
    frozen: step.isWhole ? frozen : short(frozen),
  };
}

/** Every ticket that a step may speak of. */
function ticketsOf(scene: RedisScene): { epoch: number; opensAt: number }[] {
  return EPOCHS.flatMap((epoch) => [...SLOTS, 3].map((slot) => ({ epoch, opensAt: slotMs(scene, slot) })));
}

export function realSide(
  client: RedisClient,
  { keys, scene }: { keys: ShardKeys; scene: RedisScene },
): RedisSide {
  const { redis } = client;
  const vote = createVoteScript(client, { keysOf: () => keys, limits: LIMITS });
  const mint = createMintScript(client, keys);
  const openTicket = createOpenTicketScript(client, keys);
  const guard = createGuardScripts(client, keys);
  const outbox = createRedisOutbox(client, keys);
  const incarnation = client.incarnation();
  const tickets = ticketsOf(scene);
  return {
    async apply(step) {
      switch (step.act) {
        case "vote":
          return await vote(step.input);
        case "mint":
          return await mint(step.input);
        case "claim":
          return await guard.claim(step.claimId);
        case "load":
          return await guard.loadTally({ ...step, incarnation });
        case "open":
          return await guard.open({ ...step, incarnation });
        case "switch": {
          const { candidates, frozen } = loadsOf(step);
          if (candidates) await guard.poll.loadCandidates(candidates.loadId, step.candidates ?? []);
          if (frozen && frozen.count > 0) await guard.poll.loadFrozen(frozen.loadId, step.frozen ?? []);
          const change = switchOf(step, { incarnation, seen: (await guard.readShard()).poll });
          return await guard.poll.switchTo(change) !== undefined;
        }
        case "carry":
          return await guard.carry(step);
        case "trim":
          return await trim(step.id);
        case "head":
          return (await outbox.head(step.countMax)).map(({ id, vote }) => ({ id, vote }));
        case "open_ticket":
          return await openTicket();
        case "read_shard":
          return withoutTimes(await guard.readShard());
        case "read_frozen":
          return Object.fromEntries(await guard.poll.readFrozen(incarnation) ?? []);
        case "read_carried":
          return [...(await guard.readClaimed(incarnation))?.carried ?? []].sort();
        case "restart":
          if (await redis.exists(keys.meta)) await redis.hset(keys.meta, "incarnation", "another");
          return;
        case "wipe":
          await redis.unlink(...allKeys(keys, tickets));
      }
    },
    state: () => readState(client, { keys, tickets }),
  };

  /** A trim is only ever asked for after a look at the head. */
  async function trim(id: string): Promise<void> {
    await outbox.head(1);
    await outbox.trimThrough(id);
  }
}

function allKeys(keys: ShardKeys, tickets: readonly { epoch: number; opensAt: number }[]): string[] {
  return [
    ...[keys.meta, keys.claim, keys.tally, keys.tallyLoading, keys.carried, keys.tickets, keys.outbox],
    ...[keys.candidates, keys.frozen, ...VOTERS.map(keys.voter)],
    ...tickets.map(keys.ticket),
    ...REQUEST_IDS.map(keys.request),
  ];
}

/** One round trip. */
async function readState(
  { redis }: RedisClient,
  { keys, tickets }: { keys: ShardKeys; tickets: readonly { epoch: number; opensAt: number }[] },
): Promise<unknown> {
  const asked = redis.pipeline().hgetall(keys.meta).get(keys.claim).zrange(keys.tally, 0, "-1", "WITHSCORES")
    .zrange(keys.tallyLoading, 0, "-1", "WITHSCORES").smembers(keys.carried).zrange(keys.tickets, 0, "-1")
    .xrange(keys.outbox, "-", "+").exists(keys.outbox).smembers(keys.candidates)
    .zrange(keys.frozen, 0, "-1", "WITHSCORES").mget(VOTERS.map(keys.voter));
  for (const ticket of tickets) asked.hget(keys.ticket(ticket), "uses_left");
  for (const id of REQUEST_IDS) asked.get(keys.request(id));
  const replies = (await asked.exec() ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
  const [meta, claim, tally, loading, carried, slots, outbox, hasOutbox, names, frozen, voters, ...rest] =
    replies as [
      Record<string, string>,
      string | null,
      ...string[][][],
    ];
  const about = hasOutbox ? await redis.xinfo("STREAM", keys.outbox) as unknown[] : [];
  return {
    ...readMeta(meta),
    candidates: names?.toSorted(),
    frozen: scores(frozen),
    voters: (voters as unknown as (string | null)[]).map((votes) => votes === null ? null : Number(votes)),
    claim,
    tally: scores(tally),
    loading: scores(loading),
    carried: carried?.toSorted(),
    slots,
    outbox: (outbox as unknown as [string, string[]][]).map(([id, fields]) => [id, fields[1]]),
    last: hasOutbox ? about[about.indexOf("last-generated-id") + 1] : undefined,
    uses: rest.slice(0, tickets.length).map((uses) => uses === null ? null : Number(uses)),
    requests: rest.slice(tickets.length).map((text) => {
      if (text === null) return null;
      const [fingerprint, _voteId, _outboxId, ...totals] = String(text).split(" ");
      return [fingerprint, ...totals];
    }),
  };
}

/** Without an epoch there are the poll's fields alone: what else a claim or a restart writes there says nothing. */
function readMeta(meta: Record<string, string>): { meta: unknown; poll: unknown } {
  const { epoch, incarnation, newest_opens_at, ...rest } = meta;
  const fields = [
    "poll_revision",
    "voting",
    "voting_since",
    "results",
    "frozen_revision",
    "candidates_digest",
  ];
  return {
    meta: epoch === undefined ? undefined : { epoch, incarnation, newest_opens_at },
    poll: pollText(parsePoll(fields.map((field) => rest[field]))),
  };
}

function scores(flat: unknown): Record<string, number> {
  const result: Record<string, number> = {};
  const texts = flat as string[];
  for (let index = 0; index < texts.length; index += 2) result[texts[index] ?? ""] = Number(texts[index + 1]);
  return result;
}
