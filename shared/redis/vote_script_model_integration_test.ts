/**
 * The vote script against a model: random histories of tickets, votes, repeats, epochs, trims, closings and states of the
 * poll; after each step the answers, that of a name's total among them, and the whole state must be the model's. fast-check prints seed and path of a failure; give them to
 * `fc.assert` to see it again.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { dumpKeys } from "../testing/dump_keys.ts";
import {
  createVoteLab,
  FAR_AWAY_MS,
  fingerprintText,
  labRecord,
  LONG_AGO_MS,
  type VoteLab,
} from "../testing/vote_lab.ts";
import { type ModelTicket, VoteModel } from "../testing/vote_model.ts";
import { createWorld, type World } from "../testing/world.ts";
import { type ShardKeys, shardKeys } from "./keys.ts";
import { createReadTotalScript, type TotalOutcome } from "./total_script.ts";

const RUNS = 400;
/** Small, so that every bound is met often. */
const LIMITS = {
  outboxMax: 3,
  totalMax: 25,
  requestLifeMs: 120_000,
  candidatesMax: 3,
  voterVotesMax: 2,
  voterWindowMs: 60_000,
};
const FIRST_EPOCH = 2;
const EPOCHS = [1, 2, 3, 4] as const;
/** Later than all of them. */
const OVERTAKING_EPOCH = 9;
const NAMES = ["ada", "grace", 'O"Brien\\', "🗳️"] as const;
const WINDOWS = {
  open: { opensAtMs: LONG_AGO_MS, expiresAtMs: FAR_AWAY_MS },
  over: { opensAtMs: LONG_AGO_MS, expiresAtMs: LONG_AGO_MS + 2000 },
  to_come: { opensAtMs: FAR_AWAY_MS, expiresAtMs: FAR_AWAY_MS + 2000 },
} as const;

interface VoteStep {
  readonly act: "vote";
  readonly ticketEpoch: number;
  readonly ticketOpensAt: number;
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly voter: string | undefined;
  readonly requestId: string | undefined;
}

type Step =
  | VoteStep
  | {
    readonly act: "ticket";
    readonly epoch: number;
    readonly opensAt: number;
    readonly uses: number;
    readonly window: keyof typeof WINDOWS;
  }
  | { readonly act: "epoch"; readonly epoch: number }
  | { readonly act: "close" | "reopen" | "overtake" }
  | { readonly act: "trim"; readonly count: number }
  | { readonly act: "forget"; readonly requestId: string }
  | { readonly act: "forget_voter"; readonly voter: string }
  | {
    readonly act: "poll";
    readonly isClosed: boolean;
    readonly frozen: readonly (readonly [name: string, total: number])[] | undefined;
    readonly candidates: readonly string[] | undefined;
  };

const opensAt = fc.constantFrom(10, 10, 10, 20);
// Mostly the epoch that is open at first, so that many histories get far.
const epoch = fc.oneof({ weight: 12, arbitrary: fc.constant(FIRST_EPOCH) }, {
  weight: 2,
  arbitrary: fc.constantFrom(...EPOCHS),
});
const VOTERS = ["alan", "v 2"] as const;
const requestId = fc.constantFrom("r0", "r1", "r 2");

const name = fc.constantFrom(...NAMES);
const vote: fc.Arbitrary<VoteStep> = fc.uniqueArray(name, { minLength: 1, maxLength: 3 })
  .chain((names) =>
    fc.record({
      act: fc.constant("vote" as const),
      ticketEpoch: epoch,
      ticketOpensAt: opensAt,
      names: fc.constant(names),
      // Few different ones, so that repeats are met, and with them conflicts in nothing but a count.
      counts: fc.array(fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 2, 9, LIMITS.totalMax), {
        minLength: names.length,
        maxLength: names.length,
      }),
      voter: fc.constantFrom(undefined, undefined, VOTERS[0], VOTERS[0], ...VOTERS),
      requestId: fc.option(requestId, { nil: undefined }),
    })
  );

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ act: "overtake" as const }) },
  { weight: 24, arbitrary: vote },
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant("ticket" as const),
      epoch,
      opensAt,
      uses: fc.nat(4),
      window: fc.constantFrom("open", "open", "open", "open", "open", "open", "over", "to_come"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant("epoch" as const), epoch }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom("close" as const, "reopen" as const, "reopen" as const, "reopen" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("trim" as const), count: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("forget" as const), requestId }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("forget_voter" as const),
      voter: fc.constantFrom("", ...VOTERS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("poll" as const),
      isClosed: fc.constantFrom(false, false, false, true),
      frozen: fc.option(fc.uniqueArray(fc.tuple(name, fc.nat(30)), { selector: ([name]) => name }), {
        nil: undefined,
      }),
      candidates: fc.option(fc.uniqueArray(name, { minLength: 1 }), { nil: undefined }),
    }),
  },
);

/** A history: some votes come a second time later on, as clients send them again. */
const history = fc.array(step, { minLength: 5, maxLength: 30, size: "max" }).chain((steps) =>
  fc.array(fc.nat(steps.length - 1), { maxLength: 6 }).map((again) => [
    ...steps,
    ...again.map((index) => steps[index] as Step),
  ])
);

interface Run {
  readonly world: World;
  readonly prefix: string;
  readonly keys: ShardKeys;
  readonly lab: VoteLab;
  readonly readTotal: (name: string) => Promise<TotalOutcome>;
  readonly model: VoteModel;
  readonly seen: Map<string, number>;
}

async function startRun(
  { world, number, seen }: { world: World; number: number; seen: Map<string, number> },
) {
  const prefix = `${world.name}:${number}`;
  const run: Run = {
    world,
    prefix,
    keys: shardKeys({ prefix, shard: 0 }),
    lab: createVoteLab(world.redis, { prefix, limits: LIMITS }),
    readTotal: createReadTotalScript(world.redis, shardKeys({ prefix, shard: 0 })),
    model: new VoteModel(LIMITS),
    seen,
  };
  await apply(run, { act: "epoch", epoch: FIRST_EPOCH });
  await apply(run, { act: "reopen" });
  await apply(run, { act: "ticket", epoch: FIRST_EPOCH, opensAt: 10, uses: 3, window: "open" });
  return run;
}

/** Does one step to both. */
async function apply(run: Run, step: Step): Promise<void> {
  const { world: { redis: client }, keys, lab, model } = run;
  switch (step.act) {
    case "vote":
      return await castBoth(run, step);
    case "ticket": {
      const { epoch, opensAt, uses } = step;
      const ticket: ModelTicket = { epoch, opensAt, usesLeft: uses, ...WINDOWS[step.window] };
      model.putTicket(ticket);
      return await lab.putTicket({
        ticket: { kid: "lab", shard: 0, epoch, opensAt },
        uses,
        ...WINDOWS[step.window],
      });
    }
    case "epoch":
      model.epoch = step.epoch;
      return void await client.redis.hset(keys.meta, "epoch", step.epoch);
    case "close":
    case "reopen":
      model.isOpen = step.act === "reopen";
      return void await client.redis.hset(keys.meta, "incarnation", model.isOpen ? client.incarnation() : "");
    case "overtake":
      model.overtake(OVERTAKING_EPOCH, "{}");
      return void await client.redis.xadd(
        keys.outbox,
        `${OVERTAKING_EPOCH}-*`,
        "vote",
        "{}",
        "at",
        FAR_AWAY_MS,
      );
    case "trim":
      model.trim(step.count);
      return await trimOldest(run, step.count);
    case "forget":
      model.forget(step.requestId);
      return void await client.redis.del(keys.request(step.requestId));
    case "forget_voter":
      model.forgetVoter(step.voter);
      return void await client.redis.del(keys.voter(step.voter));
    case "poll":
      return await setPoll(run, step);
  }
}

/** As the guard writes it: a field is absent for good only where no guard has ever obeyed a poll. */
async function setPoll({ world, keys, model }: Run, step: Step & { act: "poll" }): Promise<void> {
  const { isClosed, frozen, candidates } = step;
  model.poll = { isClosed, frozen: frozen && new Map(frozen), candidates };
  const change = world.redis.redis.multi().del(keys.frozen, keys.candidates).hset(keys.meta, {
    voting: isClosed ? "closed" : "open",
    results: frozen ? "frozen" : "live",
    candidates: candidates ? "listed" : "any",
  });
  if (frozen?.length) change.zadd(keys.frozen, ...frozen.flatMap(([name, total]) => [total, name]));
  if (candidates) change.sadd(keys.candidates, ...candidates);
  await change.exec();
}

async function castBoth({ lab, model, seen }: Run, step: VoteStep): Promise<void> {
  const { ticketEpoch, ticketOpensAt, names, counts, voter } = step;
  const ticket = { kid: "lab", shard: 0, epoch: ticketEpoch, opensAt: ticketOpensAt };
  const vote = {
    ticket,
    id: crypto.randomUUID(),
    names,
    counts,
    ...(voter === undefined ? {} : { voter }),
    ...(step.requestId === undefined ? {} : { requestId: step.requestId }),
  };
  const wanted = model.cast({
    ticketEpoch,
    ticketOpensAt,
    record: labRecord(vote),
    fingerprint: fingerprintText({ names, counts, voter }),
  });
  assertEquals(await lab.cast(vote), wanted);
  const code = wanted.kind === "refused" ? wanted.code : wanted.kind;
  // Open, and yet not ready: what XADD itself refuses.
  const word = code === "NOT_READY" && model.isOpen ? "OVERTAKEN" : code;
  seen.set(word, (seen.get(word) ?? 0) + 1);
}

async function compareTotals({ readTotal, model }: Run): Promise<void> {
  const read = await Promise.all(NAMES.map(readTotal));
  const wanted = NAMES.map((name) =>
    model.isOpen ? { kind: "total", total: model.total(name) } : { kind: "not_ready" }
  );
  assertEquals(read as unknown, wanted);
}

async function trimOldest({ world, keys }: Run, count: number): Promise<void> {
  const entries = await world.redis.redis.xrange(keys.outbox, "-", "+", "COUNT", count + 1);
  const kept = entries[count];
  if (kept) await world.redis.redis.xtrim(keys.outbox, "MINID", "=", kept[0]);
  else if (entries.length > 0) await world.redis.redis.xtrim(keys.outbox, "MAXLEN", "=", 0);
}

/** The real state in the model's form; what the model has no times for is checked here. */
async function readState({ world, prefix, keys }: Run): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  for (const [name, { value, expiresAt }] of Object.entries(await dumpKeys(world.redis, prefix))) {
    if ([keys.meta, keys.frozen, keys.candidates].includes(name)) continue;
    const expires = [keys.request(""), keys.voter("")].some((base) => name.startsWith(base));
    assertEquals(expiresAt > 0, expires, `${name} expires`);
    if (name === keys.outbox) state[name] = readOutbox(value);
    else if (name === keys.tally) state[name] = readTally(value as string[]);
    else if (name.startsWith(keys.ticketBase)) {
      state[name] = Number(Object.fromEntries(value as [string, string][]).uses_left);
    } else state[name] = value;
  }
  return state;
}

function readOutbox(value: unknown): unknown {
  const { entries, lastId } = value as { entries: [id: string, fields: string[]][]; lastId: string };
  return {
    entries: entries.map(([id, fields]) => {
      const [voteField, vote, atField, at, ...rest] = fields;
      assertEquals([voteField, atField, rest.length], ["vote", "at", 0]);
      assert(/^\d{13}$/.test(at ?? ""), `at: ${at}`);
      return { id, vote };
    }),
    lastId,
  };
}

function readTally(flat: readonly string[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (let index = 0; index < flat.length; index += 2) tally[flat[index] ?? ""] = Number(flat[index + 1]);
  return tally;
}

Deno.test(`vote script does what the model does, in ${RUNS} random histories, and nothing besides`, async () => {
  await using world = await createWorld();
  const seen = new Map<string, number>();
  let number = 0;
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const run = await startRun({ world, number: number++, seen });
      for (const step of steps) {
        await apply(run, step);
        const [state] = await Promise.all([readState(run), compareTotals(run)]);
        assertEquals(state, run.model.state(run.keys));
      }
      const names = await world.redis.redis.keys(`${run.prefix}:*`);
      await world.redis.redis.unlink(...names);
    }),
    { numRuns: RUNS, endOnFailure: false },
  );
  const outcomes = [
    "accepted",
    "NOT_READY",
    "OVERTAKEN",
    "REQUEST_ID_CONFLICT",
    "POLL_CLOSED",
    "TICKET_EXPIRED",
    "TICKET_EXHAUSTED",
    "OVERLOADED",
    "CANDIDATE_UNKNOWN",
    "VOTER_LIMIT",
    "TOTAL_TOO_LARGE",
  ];
  for (const outcome of outcomes) {
    assert((seen.get(outcome) ?? 0) >= 10, `${outcome}: ${seen.get(outcome)} times only`);
  }
});
