/**
 * The guard's three ports over the simulated stores: its lock, the ledger on the connection that holds it, and its
 * scripts. Each asks a store where the real one does, and nowhere else.
 */
import type { GuardScripts, ShardState } from "../../shared/redis/shard_scripts.ts";
import type { GuardLedger } from "../../workers/vote_persister/guard/ledger.ts";
import type { GuardLock } from "../../workers/vote_persister/guard/lock.ts";
import { BLOCKED } from "./actor.ts";
import { endSession, type PostgresLink, type RedisLink } from "./links.ts";
import { gone, type RedisProcess, redisTimeMs, type Session, type World } from "./world.ts";

/** The Redis process that a guard has spoken to last. */
export interface SeenOn {
  runId: string;
}

export function createSimulatedLock(
  world: World,
  { postgres: link, sessions, name, seenOn }: {
    postgres: PostgresLink;
    sessions: Set<Session>;
    name: string;
    seenOn: SeenOn;
  },
): GuardLock {
  const { postgres } = world;
  let held: { session: Session; ledger: GuardLedger } | undefined;
  return {
    async acquire() {
      if (held) return held.ledger;
      const session: Session = { isAlive: true, name, writes: [] };
      sessions.add(session);
      const isHolder = await link.call(() => {
        if (postgres.guardLock && world.hasGuardLock) return false;
        postgres.guardLock = session;
        postgres.sessions.add(session);
        return true;
      }).catch((error) => {
        endSession(world, session);
        throw error;
      });
      if (!isHolder) return undefined;
      held = { session, ledger: createSimulatedGuardLedger(world, { link, session, seenOn }) };
      return held.ledger;
    },
    release() {
      if (held) endSession(world, held.session);
      held = undefined;
    },
    ping: () => link.call(() => {}),
  };
}

function createSimulatedGuardLedger(
  world: World,
  { link, session, seenOn }: { link: PostgresLink; session: Session; seenOn: SeenOn },
): GuardLedger {
  const { postgres, broken } = world;
  const write = (act: () => void) => link.call(() => void session.writes.push(act), session);

  async function transact<T>(act: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      await link.call(() => {
        const isFree = postgres.shardLock === undefined || broken === "no_epoch_lock";
        if (!isFree) return BLOCKED;
        if (broken !== "no_epoch_lock") postgres.shardLock = session;
        return undefined;
      }, session);
      const result = await act();
      await link.call(() => {
        if (result !== undefined) { for (const each of session.writes) each(); }
        session.writes = [];
        if (postgres.shardLock === session) postgres.shardLock = undefined;
      }, session);
      return result;
    } catch (error) {
      session.writes = [];
      if (postgres.shardLock === session) postgres.shardLock = undefined;
      throw error;
    }
  }

  return {
    read: () => link.call((ledger) => ledger.read(), session),
    readCarried: () => link.call((ledger) => ledger.readCarried(), session),
    readClockMs: () => link.call(() => world.nowMs, session),
    readStored: () =>
      link.call(
        (ledger) =>
          [...ledger.consumed].map(([partition, offset]) => ({ partition, nextOffset: BigInt(offset) })),
        session,
      ),
    transact,
    // Nobody else writes these tables while the lock is held, so the writes may as well be done at the commit.
    sealKept: (kept) => write(() => postgres.ledger.sealKept(kept)),
    async sealRestored() {
      return await link.call((ledger) => {
        session.writes.push(() => postgres.ledger.sealRestored());
        return ledger.totals();
      }, session);
    },
    beginEpoch: (epoch) => write(() => postgres.ledger.beginEpoch(epoch)),
    votesToCarry: (countMax) => link.call((ledger) => ledger.votesToCarry(countMax), session),
    markCarried: (carried) =>
      link.call((ledger) => {
        if (postgres.shardLock && broken !== "no_epoch_lock") return BLOCKED;
        world.count("carried votes marked");
        return ledger.markCarried(carried);
      }, session),
    poll: simulatedPollLedger(world, { link, session, seenOn }),
    // No voter has a limit here.
    readVoters: () => Promise.resolve(),
  };
}

function simulatedPollLedger(
  world: World,
  { link, session, seenOn }: { link: PostgresLink; session: Session; seenOn: SeenOn },
): GuardLedger["poll"] {
  const { postgres, broken } = world;
  return {
    read: (revision) =>
      link.call(({ poll }) => {
        const seen = poll.read(revision);
        return broken === "poll_backup_followed" ? { ...seen, isKnown: true } : seen;
      }, session),
    adopt: ({ from, to, totals }) =>
      link.call(({ poll }) => {
        if (poll.poll.revision !== from.revision) return undefined;
        const revision = `adopted ${world.nextId()}`;
        session.writes.push(() => {
          postgres.ledger.poll.change({ to, revision, totals: totals ?? [] });
          if (world.closes.told.size > 0 && to.voting === "closed") world.closes.told.add(revision);
        });
        world.count("poll adopted");
        return poll.next({ to, revision });
      }, session),
    frozenTotals: (revision) => link.call(({ poll }) => poll.frozenTotals(revision), session),
    note: (applied) =>
      link.call(({ poll }) => {
        world.closes.notedOn.set(applied.revision, seenOn.runId);
        poll.note(applied);
      }, session),
  };
}

export function createSimulatedScripts(
  world: World,
  { link, who, seenOn }: { link: RedisLink; who: string; seenOn: SeenOn },
): GuardScripts {
  const caller = (redis: RedisProcess, incarnation: string) => ({
    timeMs: redisTimeMs(world, redis),
    incarnation,
  });
  // As the real ones: asked when the command is handed over.
  const isThere = (incarnation: string) => link.isConnected() && link.incarnation() === incarnation;

  async function readShard(): Promise<ShardState> {
    const incarnation = link.incarnation();
    return await link.call((redis) => {
      seenOn.runId = redis.runId;
      return redis.data.readShard(caller(redis, incarnation));
    });
  }

  return {
    incarnation: link.incarnation,
    readShard,
    async readClaimed(incarnation) {
      if (!isThere(incarnation)) return undefined;
      const state = await readShard();
      // Both go out on one connection: when it is lost in between, neither answer is had.
      if (!isThere(incarnation)) throw gone("Reach Redis: connection lost");
      return { state, carried: await link.call((redis) => new Set(redis.data.carried)) };
    },
    async claim(claimId) {
      link.incarnation();
      await link.call((redis) => redis.data.claim(claimId));
    },
    async loadTally({ incarnation, claimId, totals }) {
      if (!isThere(incarnation)) return false;
      return await link.call((redis) => redis.data.loadTally(claimId, totals));
    },
    async open(opening) {
      if (!isThere(opening.incarnation)) return false;
      return await link.call((redis) => {
        const opened = redis.data.open(opening);
        if (opened) world.say(who, `opens epoch ${opening.epoch} on ${redis.runId}`);
        return opened;
      });
    },
    async carry(batch) {
      const incarnation = link.incarnation();
      return await link.call((redis) => {
        const fresh = redis.data.carry(batch, incarnation);
        for (const { changes } of fresh ?? []) {
          world.count((changes[0] ?? 0) > 0 ? "vote carried, plus" : "vote carried, minus");
        }
        if (fresh && fresh.length < batch.votes.length) world.count("vote found carried before");
        return fresh?.length;
      });
    },
    poll: simulatedPollScripts(world, { link, isThere, seenOn }),
  };
}

function simulatedPollScripts(
  world: World,
  { link, isThere, seenOn }: {
    link: RedisLink;
    isThere: (incarnation: string) => boolean;
    seenOn: SeenOn;
  },
): GuardScripts["poll"] {
  return {
    loadCandidates: (loadId, names) => link.call(({ data }) => data.poll.loadCandidates(loadId, names)),
    loadFrozen: (loadId, totals) => link.call(({ data }) => data.poll.loadFrozen(loadId, totals)),
    loadVoters: () => Promise.resolve(true),
    async switchTo(change) {
      if (!isThere(change.incarnation)) return undefined;
      return await link.call((redis) => {
        const since = redis.data.switchPoll(change, redisTimeMs(world, redis));
        world.count(since === undefined ? "poll not switched" : "poll switched");
        if (since === undefined) return undefined;
        seenOn.runId = redis.runId;
        if (change.to.voting === "closed") world.closes.exempt.delete(redis.runId);
        return since;
      });
    },
    async readFrozen(incarnation) {
      const totals = await link.call(({ data }) => [...data.poll.frozen].map(toText));
      return isThere(incarnation) ? totals : undefined;
    },
  };
}

function toText([name, total]: [name: string, total: number]): [name: string, total: string] {
  return [name, String(total)];
}
