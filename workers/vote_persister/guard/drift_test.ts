/**
 * The watch for drift against a model of both stores in which anything may happen between two reads: votes, batches
 * stored in any order, repeats, late votes, carrying, restores, reopenings that keep the tally. It must never cry wolf, and never miss a wolf.
 */
import { assert, assertEquals } from "@std/assert";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { comparePage, createDriftWatch, createStoredUpTo } from "./drift.ts";
import type { DriftLedger, StoredVersion } from "./drift_ledger.ts";
import type { DriftMetrics, PageOutcome } from "./drift_metrics.ts";
import type { TallyPages } from "../../../shared/redis/page_script.ts";

const NAMES = ["ada", "bob", "cy", "dee", "eve"];
const FIRST_SEED = Number(Deno.env.get("CAST_TEST_SEED") ?? 1);
const SEEDS = 150;
const LOOK_SEEDS = 1000;
const STEPS = 120;

interface Vote {
  readonly epoch: number;
  readonly version: number;
  readonly name: string;
  readonly count: number;
  /** The second of one request: Redis counts it, Postgres never does. */
  readonly isRepeat: boolean;
}

interface Change {
  readonly name: string;
  readonly change: number;
  isInRedis: boolean;
}

class Model {
  readonly random: () => number;
  readonly redis = { epoch: 1, last: -1, tally: new Map<string, number>() };
  readonly postgres = { epoch: 1, held: new Set<string>(), totals: new Map<string, number>(), carried: 0 };
  readonly seen: Record<PageOutcome, number> = { compared: 0, moved: 0, given_up: 0 };
  drifted = 0;
  rounds = 0;
  mayReopen = true;
  #underWay: Vote[] = [];
  #toCarry: Change[] = [];
  #kept: StoredVersion[] = [];

  constructor(seed: number) {
    let state = seed * 2654435761 >>> 0;
    // Mulberry32.
    this.random = () => {
      state = state + 0x6D2B79F5 >>> 0;
      let mixed = Math.imul(state ^ state >>> 15, state | 1);
      mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
      return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
    };
  }

  ledger: DriftLedger = {
    namesAfter: ({ after, countMax }) =>
      this.#between(() =>
        [...this.postgres.totals.keys()].sort().filter((name) => after === undefined || name > after).slice(
          0,
          countMax,
        )
      ),
    read: (names) =>
      this.#between(() => ({
        epoch: this.postgres.epoch,
        kept: [...this.#kept],
        toCarryCount: this.#toCarry.length,
        carriedCount: this.postgres.carried,
        totals: names.map((name) => this.postgres.totals.get(name) ?? 0),
      })),
    holdsEvery: ({ epoch, above, upTo }) =>
      this.#between(() => {
        for (let version = above + 1; version <= upTo; version++) {
          if (!this.postgres.held.has(`${epoch}-${version}`)) return false;
        }
        return true;
      }),
  };

  tally: TallyPages = {
    read: (names) =>
      this.#between(() => ({
        isOpen: true,
        epoch: this.redis.epoch,
        last: this.redis.last < 0 ? undefined : { epoch: this.redis.epoch, version: this.redis.last },
        totals: names.map((name) => this.redis.tally.get(name) ?? 0),
      })),
    scan: () => this.#between(() => ({ cursor: "0", names: [...this.redis.tally.keys()] })),
  };

  metrics: DriftMetrics = {
    page: (outcome) => void (this.seen[outcome] += 1),
    roundDone: () => void (this.rounds += 1),
    drifted: (count) => void (this.drifted = count),
  };

  /** A read, with the world going on before and after it. */
  #between<T>(read: () => T): Promise<T> {
    this.goOn();
    const result = read();
    this.goOn();
    return Promise.resolve(result);
  }

  goOn(): void {
    for (let count = Math.floor(this.random() * 4); count > 0; count--) this.#act();
  }

  #act(): void {
    const chance = this.random();
    if (chance < 0.35) this.#vote();
    else if (chance < 0.85) this.#store();
    else if (chance < 0.92) this.#carryToRedis();
    else if (chance < 0.98) this.#markCarried();
    else if (!this.mayReopen) return;
    else if (chance < 0.99) this.#keep();
    else this.#restore();
  }

  #vote(): void {
    const name = NAMES[Math.floor(this.random() * NAMES.length)] as string;
    const count = 1 + Math.floor(this.random() * 3);
    const version = this.redis.last += 1;
    add(this.redis.tally, name, count);
    this.#underWay.push({ epoch: this.redis.epoch, version, name, count, isRepeat: this.random() < 0.1 });
  }

  /** Any of those under way: partitions are stored side by side. */
  #store(): void {
    const at = Math.floor(this.random() * Math.min(this.#underWay.length, 4));
    const [vote] = this.#underWay.splice(at, 1);
    if (!vote) return;
    this.postgres.held.add(`${vote.epoch}-${vote.version}`);
    const isInRedis = vote.epoch === this.postgres.epoch ||
      this.#kept.some(({ epoch, version }) => epoch === vote.epoch && vote.version <= version);
    if (!vote.isRepeat) add(this.postgres.totals, vote.name, vote.count);
    const change = vote.count * (Number(!vote.isRepeat) - Number(isInRedis));
    if (change !== 0) this.#toCarry.push({ name: vote.name, change, isInRedis: false });
  }

  #carryToRedis(): void {
    const next = this.#toCarry.find(({ isInRedis }) => !isInRedis);
    if (!next) return;
    add(this.redis.tally, next.name, next.change);
    next.isInRedis = true;
  }

  #markCarried(): void {
    const marked = this.#toCarry.filter(({ isInRedis }) => isInRedis);
    this.#toCarry = this.#toCarry.filter(({ isInRedis }) => !isInRedis);
    this.postgres.carried += marked.length;
  }

  #keep(): void {
    this.#kept.push({ epoch: this.redis.epoch, version: this.redis.last });
    this.redis.epoch = this.postgres.epoch += 1;
    this.redis.last = -1;
  }

  #restore(): void {
    this.#kept = [];
    this.#toCarry = [];
    this.postgres.carried = 0;
    this.redis.epoch = this.postgres.epoch += 1;
    this.redis.last = -1;
    this.redis.tally = new Map(this.postgres.totals);
  }
}

function add(totals: Map<string, number>, name: string, count: number): void {
  totals.set(name, (totals.get(name) ?? 0) + count);
}

function watchOf(model: Model, isActive: () => boolean = () => true) {
  const log = createSilentLogger();
  const { ledger, tally, metrics } = model;
  const { signal } = new AbortController();
  // No wait: what is not stored yet is given up, and looked at again.
  const watch = createDriftWatch({
    ...{ shard: 0, ledger, tally, metrics, isActive, signal, log },
    ...{ pageNamesMax: 2, waitMsMax: 0 },
  });
  return { watch, log };
}

Deno.test(`a watch for drift never cries wolf, whatever happens between its reads (seeds from ${FIRST_SEED})`, async () => {
  const seen = { compared: 0, moved: 0, given_up: 0, rounds: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const model = new Model(seed);
    const { watch, log } = watchOf(model);
    for (let step = 0; step < STEPS; step++) await watch.step();
    assertEquals(
      [model.drifted, log.events.filter(({ level }) => level === "error")],
      [0, []],
      `seed ${seed}`,
    );
    for (const outcome of ["compared", "moved", "given_up"] as const) seen[outcome] += model.seen[outcome];
    seen.rounds += model.rounds;
  }
  // Else it would be silent because it never looks.
  assert(Object.values(seen).every((count) => count > SEEDS), JSON.stringify(seen));
});

Deno.test(`one look finds nothing outside, whatever happens meanwhile (seeds from ${FIRST_SEED})`, async () => {
  let compared = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + LOOK_SEEDS; seed++) {
    const model = new Model(seed);
    const { ledger, tally } = model;
    const { signal } = new AbortController();
    const stored = createStoredUpTo({ ledger, signal, isActive: () => true, waitMsMax: 0 });
    for (let look = 0; look < STEPS; look++) {
      const { outcome, outside } = await comparePage({ ledger, tally }, { names: NAMES, stored });
      assertEquals(outside, [], `seed ${seed}`);
      if (outcome === "compared") compared += 1;
    }
  }
  assert(compared > LOOK_SEEDS);
});

Deno.test(`a watch for drift finds every total that was changed behind its back (seeds from ${FIRST_SEED})`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const model = new Model(seed);
    const { watch, log } = watchOf(model);
    for (let step = 0; step < STEPS / 4; step++) await watch.step();
    model.mayReopen = false;
    const name = NAMES[seed % NAMES.length] as string;
    // Half of them too many, half too few: more than anybody votes in between.
    add(seed % 3 === 0 ? model.postgres.totals : model.redis.tally, name, 1_000_000);
    for (let step = 0; step < 3 * STEPS && model.drifted === 0; step++) await watch.step();
    assertEquals(model.drifted, 1, `seed ${seed}`);
    const lines = log.events.filter(({ event }) => event === "totals_drifted");
    assertEquals(lines.map(({ fields }) => fields.names), [1], `seed ${seed}`);
  }
});

Deno.test("a watch for drift tells of a found drift until a full round finds none, once in the log", async () => {
  const model = new Model(7);
  model.mayReopen = false;
  const { watch, log } = watchOf(model);
  for (let step = 0; step < STEPS; step++) await watch.step();
  add(model.redis.tally, "ada", 1_000_000);
  const { rounds } = model;
  while (model.rounds < rounds + 3) await watch.step();
  assertEquals(model.drifted, 1);
  assertEquals(log.events.filter(({ event }) => event === "totals_drifted").length, 1);
  add(model.redis.tally, "ada", -1_000_000);
  const later = model.rounds;
  while (model.rounds < later + 2) await watch.step();
  assertEquals(model.drifted, 0);
});

Deno.test("a watch for drift of a guard that is not active asks nobody, and forgets what it has found", async () => {
  const model = new Model(7);
  model.mayReopen = false;
  let isActive = true;
  const { watch } = watchOf(model, () => isActive);
  model.goOn();
  add(model.redis.tally, "ada", 1_000_000);
  while (model.drifted === 0) await watch.step();
  isActive = false;
  const { compared } = model.seen;
  await watch.step();
  await watch.step();
  assertEquals([model.drifted, model.seen.compared], [0, compared]);
});
