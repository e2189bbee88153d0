/**
 * Watches for drift: a page of names every few seconds, Redis against Postgres, while votes go on. It stops nobody,
 * locks nothing and mends nothing; `verify` is what names the names, and the whole truth.
 *
 * Of each name Postgres is read, then Redis, and Postgres again once it holds every vote that Redis had counted by then:
 * those of the open epoch, and of the epochs before it that a guard kept with votes still on their way.
 * Nothing takes from a total but the carrying of a repeat, so while nothing was carried, and the epoch is the same,
 *
 *   Postgres before ≤ Redis ≤ Postgres after.
 *
 * What lies outside is looked at once more, with nothing taken for granted that was seen before: only what is found
 * again is drift. A round has compared every name that Postgres has, then every name that Redis has.
 */
import { pause } from "../../../shared/lifecycle/pause.ts";
import type { Logger } from "../../../shared/log/logger.ts";
import type { TallyPages } from "../../../shared/redis/page_script.ts";
import type { DriftLedger, StoredVersion } from "./drift_ledger.ts";
import type { DriftMetrics, PageOutcome } from "./drift_metrics.ts";

export interface DriftOptions {
  readonly shard: number;
  readonly ledger: DriftLedger;
  readonly tally: TallyPages;
  /** One guard is enough. */
  readonly isActive: () => boolean;
  readonly metrics: DriftMetrics;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Names of one page; for tests, in which few names make many pages. */
  readonly pageNamesMax?: number;
  /** How long to wait for votes that are under way; for tests of those that never come. */
  readonly waitMsMax?: number;
}

export interface DriftWatch {
  /** One page; returns how many ms to wait before the next. */
  step(): Promise<number>;
}

const PAGE_NAMES_MAX = 300;
const PAGE_MS = 10_000;
const RETRY_MS = 2000;
const WAIT_MS_MAX = 30_000;
const WAIT_LOOK_MS = 250;
/** Counted by one statement: some tens of milliseconds of Postgres's time. */
const VERSIONS_MAX = 100_000;

/** What is found of one page. */
interface Comparison {
  readonly outcome: PageOutcome;
  readonly epoch: number;
  /** Names that lie outside. */
  readonly outside: readonly string[];
}

/** Names to compare next, and what to do once they are. */
interface Page {
  readonly names: readonly string[];
  /** They were found outside once. */
  readonly areSuspects: boolean;
}

export function createDriftWatch(options: DriftOptions): DriftWatch {
  const { shard, isActive, metrics, log } = options;
  const stored = createStoredUpTo(options);
  let route = createRoute(options);
  let page: Page | undefined;
  /** That was open at the last page: what another one has is another matter. */
  let epoch: number | undefined;
  let [found, foundLastRound] = [0, 0];

  function startOver(): void {
    [page, route, found, foundLastRound] = [undefined, createRoute(options), 0, 0];
    metrics.drifted(0);
  }

  function tell(drifted: readonly string[]): void {
    if (drifted.length === 0) return;
    if (found + foundLastRound === 0) log.error("totals_drifted", { shard, names: drifted.length });
    found += drifted.length;
    metrics.drifted(Math.max(found, foundLastRound));
  }

  function endRound(): void {
    [found, foundLastRound] = [0, found];
    metrics.drifted(foundLastRound);
    metrics.roundDone();
  }

  return {
    async step() {
      if (!isActive()) {
        if (epoch !== undefined) startOver();
        epoch = undefined;
        return RETRY_MS;
      }
      page ??= { names: await route.next(), areSuspects: false };
      const { names, areSuspects } = page;
      const isEmpty = names.length === 0;
      if (!isEmpty) {
        const compared = await comparePage(options, { names, stored });
        metrics.page(compared.outcome);
        if (epoch !== undefined && compared.epoch !== epoch) startOver();
        epoch = compared.epoch;
        if (compared.outcome !== "compared") return RETRY_MS;
        if (!areSuspects && compared.outside.length > 0) {
          stored.forget();
          page = { names: compared.outside, areSuspects: true };
          return RETRY_MS;
        }
        tell(compared.outside);
      }
      page = undefined;
      if (route.isDone()) {
        endRound();
        route = createRoute(options);
        return PAGE_MS;
      }
      return isEmpty ? RETRY_MS : PAGE_MS;
    },
  };
}

/** Exported for its test: one look has to be right by itself; the second is for what nobody thought of. */
export async function comparePage(
  { ledger, tally }: Pick<DriftOptions, "ledger" | "tally">,
  { names, stored }: { names: readonly string[]; stored: StoredUpTo },
): Promise<Comparison> {
  const before = await ledger.read(names);
  const { epoch } = before;
  const outcome = (outcome: PageOutcome) => ({ outcome, epoch, outside: [] });
  // Redis lacks what is to be carried to it, or has too much. The end would tell; why wait for it.
  if (before.toCarryCount > 0) return outcome("moved");
  const seen = await tally.read(names);
  if (!seen.isOpen || seen.epoch !== epoch) return outcome("moved");
  const version = seen.last?.epoch === epoch ? seen.last.version : -1;
  for (const wanted of [...before.kept, { epoch, version }]) {
    if (!await stored.reaches(wanted)) return outcome("given_up");
  }
  const after = await ledger.read(names);
  // A repeat that came in between was counted by Redis, and never will be by Postgres.
  const isCarried = after.toCarryCount > 0 || after.carriedCount !== before.carriedCount;
  if (after.epoch !== epoch || isCarried) return outcome("moved");
  const outside = names.filter((_, index) => {
    const [least, total, most] = [before, seen, after].map(({ totals }) => totals[index] ?? 0) as [
      number,
      number,
      number,
    ];
    return total < least || total > most;
  });
  return { outcome: "compared", epoch, outside };
}

interface StoredUpTo {
  /** Waits, within bounds, until every version up to this one is stored; false where it is not. */
  reaches(wanted: StoredVersion): Promise<boolean>;
  /** Counts from the beginning again. */
  forget(): void;
}

/**
 * The highest version alone says nothing: partitions are stored side by side, so one below it may still be under way.
 * What was counted once is not counted again, else a look would take longer with every vote.
 */
export function createStoredUpTo(
  { ledger, signal, isActive, waitMsMax = WAIT_MS_MAX }: Pick<
    DriftOptions,
    "ledger" | "signal" | "isActive" | "waitMsMax"
  >,
): StoredUpTo {
  /** By epoch; one is added with each restart of Redis. */
  const known = new Map<number, number>();
  return {
    forget: () => known.clear(),
    async reaches({ epoch, version }) {
      const untilMs = performance.now() + waitMsMax;
      for (let above = known.get(epoch) ?? -1; above < version;) {
        const upTo = Math.min(version, above + VERSIONS_MAX);
        const holds = await ledger.holdsEvery({ epoch, above, upTo });
        if (holds) known.set(epoch, above = upTo);
        if (above >= version) break;
        if (signal.aborted || !isActive() || performance.now() >= untilMs) return false;
        if (!holds) await pause(WAIT_LOOK_MS, signal);
      }
      return true;
    },
  };
}

interface Route {
  /** The next names; none now and then. */
  next(): Promise<readonly string[]>;
  /** Every name has come. */
  isDone(): boolean;
}

/**
 * First by the order of Postgres, then by the hash of Redis what Postgres lacks: a name that one of them lacks is found
 * on the other's way, and each name comes once.
 */
function createRoute({ ledger, tally, pageNamesMax: countMax = PAGE_NAMES_MAX }: DriftOptions): Route {
  let after: string | undefined;
  let isInRedis = false;
  let cursor: string | undefined;
  return {
    async next() {
      if (!isInRedis) {
        const names = await ledger.namesAfter({ after, countMax });
        after = names.at(-1);
        isInRedis = names.length < countMax;
        if (names.length > 0) return names;
      }
      const scanned = await tally.scan({ cursor: cursor ?? "0", countMax });
      cursor = scanned.cursor;
      if (scanned.names.length === 0) return [];
      const names = [...new Set(scanned.names)];
      const { totals } = await ledger.read(names);
      return names.filter((_, index) => totals[index] === 0);
    },
    isDone: () => cursor === "0",
  };
}
