/** What the ledger holds of the poll, as `shared/poll/poll_table.ts` and the guard's `poll_ledger.ts` see it. */
import type { PollState } from "../../shared/poll/poll_state.ts";
import type { PollRow } from "../../shared/poll/poll_table.ts";
import type { AppliedPoll, LedgerPoll } from "../../workers/vote_persister/guard/decide_poll.ts";
import type { PollSeen, PollToNote } from "../../workers/vote_persister/guard/poll_ledger.ts";

type Totals = readonly (readonly [name: string, total: string])[];

/** Nothing here looks at Postgres's clock. */
const LONG_AGO = new Date(0);

export class SimulatedPollRows {
  poll: PollRow = {
    revision: "first",
    voting: "open",
    results: "live",
    frozenRevision: undefined,
    votingSince: LONG_AGO,
    resultsSince: LONG_AGO,
  };
  readonly revisions: Set<string>;
  frozen: Totals = [];
  applied: AppliedPoll | undefined;

  constructor(from?: SimulatedPollRows) {
    this.revisions = new Set(from?.revisions ?? [this.poll.revision]);
    if (!from) return;
    this.poll = from.poll;
    this.frozen = from.frozen;
    this.applied = from.applied;
  }

  get state(): LedgerPoll {
    const { revision, voting, results, frozenRevision } = this.poll;
    return { revision, voting, results, frozenRevision, applied: this.applied };
  }

  read(revision: string | undefined): PollSeen {
    return { poll: this.poll, isKnown: revision === undefined || this.revisions.has(revision) };
  }

  /** What `changePoll` would make of it. */
  next({ to, revision }: { to: PollState; revision: string }): PollRow {
    const freezes = to.results === "frozen" && this.poll.results === "live";
    const frozenRevision = freezes
      ? revision
      : to.results === "frozen"
      ? this.poll.frozenRevision
      : undefined;
    return { ...this.poll, ...to, revision, frozenRevision };
  }

  change({ to, revision, totals }: { to: PollState; revision: string; totals: Totals }): PollRow {
    const next = this.next({ to, revision });
    if (next.frozenRevision === revision) this.frozen = totals;
    else if (to.results === "live") this.frozen = [];
    this.poll = next;
    this.revisions.add(revision);
    return next;
  }

  frozenTotals(frozenRevision: string): [name: string, total: string][] | undefined {
    if (this.poll.frozenRevision !== frozenRevision) return undefined;
    return this.frozen.map(([name, total]) => [name, total]);
  }

  note({ revision, votingSinceMs, candidates }: PollToNote): void {
    this.applied = { revision, votingSinceMs, candidatesDigest: candidates?.digest };
  }
}
