/**
 * What a long ledger costs: the persister's statement, the look-up of repeated requests, the guard's look, and what an
 * operator's verify reads. Every row has a random request id, the worst case for that index.
 */
import { Registry } from "prom-client";
import { atOneMoment, readLedgerState, readTotals } from "../../../client/verify/ledger.ts";
import { EPOCH } from "../../../shared/testing/votes.ts";
import { createGuardLedger } from "../../../workers/vote_persister/guard/ledger.ts";
import { createPersisterMetrics } from "../../../workers/vote_persister/metrics.ts";
import { persistBatch } from "../../../workers/vote_persister/persist_batch.ts";
import type { BenchContext, Figure } from "../bench.ts";
import type { Side } from "../interleave.ts";
import { median } from "../../../client/load/median.ts";
import { cacheMisses, indexBytes } from "./index_figures.ts";
import type { Growth } from "./judge_growth.ts";
import { fillLedger, requestIdOf } from "./ledger_rows.ts";
import { measure } from "./measure.ts";
import { candidate, randomBelow } from "./scene.ts";
import { type BatchContents, openBatches, type VoteBatches } from "./vote_batches.ts";

const SIZES = [0, 100_000, 1_000_000, 10_000_000];
/** A short bench leaves out what takes minutes to make. */
const SHORT_SIZE_MAX = 1_000_000;
const BATCHES = 5;
const GUARD_LOOKS = 5;
/** One vote in a hundred repeats a request id. */
const REPEATED_EVERY = 100;

interface Measured {
  readonly growths: readonly Growth[];
  readonly facts: readonly Figure[];
}

export async function ledgerSize(context: BenchContext): Promise<Measured> {
  await using stack = new AsyncDisposableStack();
  const sizes = SIZES.filter((size) => context.seconds >= 1 || size <= SHORT_SIZE_MAX);
  const filled = sizes.filter((size) => size > 0);
  const ledgers = new Map<number, VoteBatches>();
  const facts: Figure[] = [];
  for (const size of sizes) {
    const begun = performance.now();
    const ledger = await openBatches(stack.use(await context.createWorld()), { firstVersion: size });
    await fillLedger(ledger.pool, { rows: size, signal: context.signal });
    ledgers.set(size, ledger);
    if (size > 0) facts.push(...await indexBytes(ledger.pool, size));
    const tookSeconds = ((performance.now() - begun) / 1000).toFixed(0);
    context.say(`ledger of ${size.toLocaleString("en-US")} rows made in ${tookSeconds} s`);
  }
  const cost = (what: string, side: (ledger: VoteBatches, size: number) => Side) => ({
    what,
    of: "rows in the ledger",
    unit: "ms",
    sizes,
    sideOf: (size: number) => side(ledgers.get(size) as VoteBatches, size),
  });
  const growths = await measure(context, [
    cost("persister's statement, 1,000 votes", (ledger) => () => ledger.medianMs(BATCHES, FRESH)),
    { ...cost("persister's statement, 1 % repeated request ids", contestedSide), sizes: filled },
    cost("the guard's look", guardSide),
  ]);
  // Once each: no program waits for them, and the largest take half a minute.
  const dear = await measure({ ...context, rounds: 1 }, [
    {
      ...cost("verify's look at versions", versionsSide),
      sizes: filled,
      linearBecause: "it passes over every version to find what is missing; an operator's command",
    },
    {
      ...cost("verify's sum of all events", totalsSide),
      sizes: filled,
      linearBecause: "it adds up the whole ledger; an operator's command",
    },
  ]);
  for (const size of filled) {
    const ledger = ledgers.get(size) as VoteBatches;
    const act = () => ledger.medianMs(1, FRESH);
    facts.push(...await cacheMisses(ledger.pool, { size, batches: 2 * BATCHES, act }));
  }
  return { growths: [...growths, ...dear], facts };
}

const FRESH: BatchContents = {
  namesOf: (index) => [candidate(index)],
  requestIdOf: () => crypto.randomUUID(),
};

/**
 * What the persister does with a batch in which request ids come again: its statement, a second look at each, and once
 * more.
 */
function contestedSide(ledger: VoteBatches, size: number): Side {
  const metrics = createPersisterMetrics(new Registry());
  const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
  const bury = () => Promise.reject(new Error("Store a batch: wanted nothing to bury"));
  return async () => {
    const tookMs: number[] = [];
    for (let each = 0; each < BATCHES; each++) {
      const batch = ledger.next({
        ...FRESH,
        requestIdOf: (index) =>
          index % REPEATED_EVERY === 0 ? requestIdOf(randomBelow(size)) : crypto.randomUUID(),
      });
      const begun = performance.now();
      await persistBatch({ store: ledger.store, bury, metrics, log }, { address: ledger.address, batch });
      tookMs.push(performance.now() - begun);
    }
    return median(tookMs);
  };
}

function guardSide({ pool }: VoteBatches): Side {
  return async () => {
    const client = await pool.connect();
    try {
      const guard = createGuardLedger(client, 0);
      const begun = performance.now();
      for (let look = 0; look < GUARD_LOOKS; look++) await guard.read();
      return (performance.now() - begun) / GUARD_LOOKS;
    } finally {
      client.release();
    }
  };
}

function versionsSide({ pool }: VoteBatches, size: number): Side {
  const upTo = { shard: 0, epoch: EPOCH, lastVersion: size - 1 };
  return timed(() => atOneMoment(pool, (client) => readLedgerState(client, upTo)));
}

function totalsSide({ pool }: VoteBatches, size: number): Side {
  const upTo = { shard: 0, epoch: EPOCH, lastVersion: size - 1 };
  return timed(() => atOneMoment(pool, (client) => readTotals(client, { ...upTo, take: () => {} })));
}

function timed(act: () => Promise<unknown>): Side {
  return async () => {
    const begun = performance.now();
    await act();
    return performance.now() - begun;
  };
}
