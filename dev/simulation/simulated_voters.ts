/** The votes of each voter in a window, as the vote script counts them. */
import type { VoteLimits } from "../../shared/redis/vote_script.ts";

interface Counter {
  readonly votes: number;
  readonly goneAtMs: number;
}

export interface CountedAt {
  readonly timeMs: number;
  readonly limits: VoteLimits;
}

export class SimulatedVoters {
  readonly #counters: Map<string, Counter>;

  constructor(from?: SimulatedVoters) {
    this.#counters = new Map(from ? from.#counters : []);
  }

  /** Null where Redis has no counter. */
  votesOf(voter: string): number | null {
    return this.#counters.get(voter)?.votes ?? null;
  }

  mayVote(voter: string | undefined, { timeMs, limits }: CountedAt): boolean {
    return limits.voterVotesMax === 0 || this.#at(voter, timeMs).votes < limits.voterVotesMax;
  }

  count(voter: string | undefined, { timeMs, limits }: CountedAt): void {
    if (limits.voterVotesMax === 0) return;
    const { votes, goneAtMs } = this.#at(voter, timeMs);
    this.#counters.set(voter ?? "", {
      votes: votes + 1,
      goneAtMs: votes === 0 ? timeMs + limits.voterWindowMs : goneAtMs,
    });
  }

  #at(voter: string | undefined, timeMs: number): Counter {
    const counter = this.#counters.get(voter ?? "");
    return counter && timeMs <= counter.goneAtMs ? counter : { votes: 0, goneAtMs: 0 };
  }
}
