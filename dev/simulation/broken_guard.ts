/** The guard's ports as liars: each breaks one rule that the guard's own code keeps, and nothing else. */
import type { GuardScripts } from "../../shared/redis/shard_scripts.ts";
import type { LedgerState } from "../../workers/vote_persister/guard/decide.ts";
import type { GuardLedger } from "../../workers/vote_persister/guard/ledger.ts";
import type { GuardLock } from "../../workers/vote_persister/guard/lock.ts";
import type { PollToNote } from "../../workers/vote_persister/guard/poll_ledger.ts";
import type { BreakName } from "./breaks.ts";

export interface GuardPorts {
  readonly lock: GuardLock;
  readonly scripts: GuardScripts;
  readonly now: () => number;
}

/** Holds every vote. */
const EVERYTHING: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });

export function breakGuard(broken: BreakName | undefined, ports: GuardPorts): GuardPorts {
  const { lock, scripts } = ports;
  switch (broken) {
    case "keep_without_carried":
      return {
        ...ports,
        lock: withLedger(lock, () => ({
          readCarried: () => Promise.resolve({ inLedger: new Set(), toCarry: EVERYTHING }),
        })),
      };
    case "no_max_version_test":
      return reading(ports, (state, isClaimed) => isClaimed ? { ...state, versionMax: -1 } : state);
    case "later_epoch_unseen":
      return reading(ports, (state, isClaimed) => isClaimed ? state : { ...state, epochMax: state.epoch });
    case "carried_not_compared":
      return withEqualCarried(ports);
    case "keep_same_epoch":
      return keepingTheEpoch(ports);
    case "epoch_reused":
      return {
        now: () => 0,
        lock: withLedger(lock, () => ({ readClockMs: () => Promise.resolve(0) })),
        scripts: {
          ...scripts,
          async readClaimed(incarnation) {
            const claimed = await scripts.readClaimed(incarnation);
            return claimed && { ...claimed, state: { ...claimed.state, timeMs: 0 } };
          },
        },
      };
    case "poll_noted_early":
      return notingEarly(ports);
    case "decide_before_lock":
      return {
        ...ports,
        lock: withLedger(lock, (ledger) => ({
          async transact(act) {
            const decided = await act();
            return await ledger.transact(() => Promise.resolve(decided));
          },
        })),
      };
    default:
      return ports;
  }
}

function withLedger(lock: GuardLock, change: (ledger: GuardLedger) => Partial<GuardLedger>): GuardLock {
  return {
    ...lock,
    async acquire() {
      const ledger = await lock.acquire();
      return ledger && { ...ledger, ...change(ledger) };
    },
  };
}

/** Changes what the ledger says of itself, in a look or once the shard is claimed. */
function reading(
  { lock, scripts, now }: GuardPorts,
  change: (state: LedgerState, isClaimed: boolean) => LedgerState,
): GuardPorts {
  let isClaimed = false;
  return {
    now,
    scripts: {
      ...scripts,
      claim(claimId) {
        isClaimed = true;
        return scripts.claim(claimId);
      },
      readShard() {
        isClaimed = false;
        return scripts.readShard();
      },
    },
    lock: withLedger(lock, (ledger) => ({ read: async () => change(await ledger.read(), isClaimed) })),
  };
}

function notingEarly({ lock, scripts, now }: GuardPorts): GuardPorts {
  let note: ((applied: PollToNote) => Promise<void>) | undefined;
  return {
    now,
    scripts: {
      ...scripts,
      poll: {
        ...scripts.poll,
        async switchTo(change) {
          const { revision } = change.to;
          if ("epoch" in change.on) await note?.({ revision, votingSinceMs: 0, candidates: undefined });
          return await scripts.poll.switchTo(change);
        },
      },
    },
    lock: withLedger(lock, ({ poll }) => {
      note = poll.note;
      return {};
    }),
  };
}

function withEqualCarried({ lock, scripts, now }: GuardPorts): GuardPorts {
  let carriedCount = 0;
  return {
    now,
    scripts: { ...scripts, readShard: async () => ({ ...await scripts.readShard(), carriedCount }) },
    lock: withLedger(lock, (ledger) => ({
      async read() {
        const state = await ledger.read();
        carriedCount = state.carriedCount;
        return state;
      },
    })),
  };
}

function keepingTheEpoch({ lock, scripts, now }: GuardPorts): GuardPorts {
  let kept: number | undefined;
  return {
    now,
    scripts: {
      ...scripts,
      claim(claimId) {
        kept = undefined;
        return scripts.claim(claimId);
      },
      open: (opening) => scripts.open({ ...opening, epoch: kept ?? opening.epoch }),
    },
    lock: withLedger(lock, (ledger) => ({
      sealKept({ epoch }) {
        kept = epoch;
        return Promise.resolve();
      },
      beginEpoch: (epoch) => kept === undefined ? ledger.beginEpoch(epoch) : Promise.resolve(),
    })),
  };
}
