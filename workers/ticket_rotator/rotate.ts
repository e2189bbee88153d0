/**
 * Keeps the current and the next ticket minted. A ticket depends on nothing but the epoch and the slot, so any number
 * of rotators do the same work, the script lets the first one through, and there is no leader to lose. A rotator that
 * dies for less than one interval leaves no gap.
 */
import { createFreshness } from "../../shared/lifecycle/freshness.ts";
import type { Logger } from "../../shared/log/logger.ts";
import type { ShardState } from "../../shared/redis/shard_scripts.ts";
import type { MintInput, MintOutcome } from "../../shared/redis/ticket_scripts.ts";
import type { TicketSigner } from "../../shared/ticket/signer.ts";

export interface RotatorOptions {
  readonly shard: number;
  readonly intervalMs: number;
  readonly lifetimeMs: number;
  readonly uses: number;
  readonly readShard: () => Promise<ShardState>;
  readonly mint: (input: MintInput) => Promise<MintOutcome>;
  readonly signer: TicketSigner;
  readonly log: Logger;
}

export interface Rotator {
  /** One look and at most one mint; returns how many ms to wait before the next. */
  step(): Promise<number>;
  isReady(): boolean;
}

/** A shard that has just opened under a new epoch waits this long for its first ticket at most. */
const LOOK_MS_MAX = 100;
const CLOSED_LOOK_MS = 25;
/** A look that found the tickets in order stands for this long beyond a ticket's life. */
const READY_SLACK_MS = 2000;

/** The slots on the fixed grid of Redis time that must be minted at a moment. */
export function slotsAt({ timeMs, intervalMs }: { timeMs: number; intervalMs: number }) {
  const current = Math.floor(timeMs / intervalMs) * intervalMs;
  return { current, next: current + intervalMs };
}

export function createRotator(options: RotatorOptions): Rotator {
  const { shard, intervalMs, lifetimeMs, uses, readShard, mint, signer, log } = options;
  const minted = createFreshness(lifetimeMs + READY_SLACK_MS);

  async function signed({ epoch, opensAt }: { epoch: number; opensAt: number }) {
    return { text: await signer.sign({ shard, epoch, opensAt }), opensAt };
  }

  return {
    isReady: minted.isFresh,
    async step() {
      const { isOpen, epoch, newestOpensAt, timeMs } = await readShard();
      if (!isOpen || epoch === undefined) return CLOSED_LOOK_MS;
      const { current, next } = slotsAt({ timeMs, intervalMs });
      if (newestOpensAt === undefined || newestOpensAt < next) {
        const [currentTicket, nextTicket] = await Promise.all([
          signed({ epoch, opensAt: current }),
          signed({ epoch, opensAt: next }),
        ]);
        const outcome = await mint({ epoch, current: currentTicket, next: nextTicket, uses, lifetimeMs });
        log.debug("tickets_minted", { epoch, next, outcome: outcome.kind });
        if (outcome.kind !== "minted") return CLOSED_LOOK_MS;
      }
      minted.mark();
      return Math.min(next - timeMs, LOOK_MS_MAX);
    },
  };
}
