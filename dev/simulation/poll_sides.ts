/** The two sides that random changes of the poll are made to: a real Postgres through the project's own code, and rows in memory. */
import { changePoll, lockPoll, type PollRow } from "../../shared/poll/poll_table.ts";
import type { PollState } from "../../shared/poll/poll_state.ts";
import type { PostgresClient } from "../../shared/postgres/pool.ts";
import { createGuardLedger, ensureShard } from "../../workers/vote_persister/guard/ledger.ts";
import type { Random } from "./random.ts";
import { SimulatedPollRows } from "./simulated_poll_rows.ts";

export type PollStep =
  | { readonly act: "change"; readonly to: PollState; readonly votes: readonly [string, string][] }
  | {
    readonly act: "adopt";
    readonly to: PollState;
    /** It is as it was read. */
    readonly sees: boolean;
    readonly totals: readonly [string, string][];
  }
  | { readonly act: "note"; readonly votingSinceMs: number; readonly digest: string | undefined }
  /** `back`: of so many revisions ago; more than there are: of another Postgres. */
  | { readonly act: "read" | "frozen"; readonly back: number };

export interface PollSide {
  apply(step: PollStep): Promise<unknown>;
  state(): Promise<unknown>;
}

const UNKNOWN = "00000000-0000-0000-0000-000000000000";

export function randomPollStep(random: Random): PollStep {
  const to = (): PollState => ({
    voting: random.pick(["open", "closed"] as const),
    results: random.pick(["live", "frozen"] as const),
  });
  const totals = (): [string, string][] =>
    ["ada", "grace"].slice(0, random.int(0, 2)).map((name) => [name, String(random.int(0, 9))]);
  return random.pick<() => PollStep>([
    () => ({ act: "change", to: to(), votes: totals() }),
    () => ({ act: "adopt", to: to(), sees: random.chance(0.8), totals: totals() }),
    () => ({
      act: "note",
      votingSinceMs: 1_790_000_000_000 + random.int(0, 9999),
      digest: random.pick(["d1", undefined]),
    }),
    () => ({ act: "read", back: random.int(0, 3) }),
    () => ({ act: "frozen", back: random.int(0, 3) }),
  ])();
}

export function simulatedPollSide(): PollSide {
  const rows = new SimulatedPollRows();
  const ids = [rows.poll.revision];
  const names = createNames(ids);
  function change(to: PollState, totals: readonly [string, string][]): unknown {
    const revision = `revision ${ids.length}`;
    ids.push(revision);
    return names.row(rows.change({ to, revision, totals }));
  }
  function apply(step: PollStep): unknown {
    switch (step.act) {
      case "change":
        return change(step.to, step.votes);
      case "adopt":
        return step.sees ? change(step.to, step.totals) : undefined;
      case "note":
        return rows.note({ ...step, revision: rows.poll.revision, candidates: candidatesOf(step.digest) });
      case "read": {
        const { poll, isKnown } = rows.read(names.back(step.back));
        return { poll: names.row(poll), isKnown };
      }
      case "frozen":
        return rows.frozenTotals(names.back(step.back))?.sort();
    }
  }
  return {
    apply: (step) => Promise.resolve(apply(step)),
    state: () => Promise.resolve(names.text(rows.state)),
  };
}

/** On a fresh schema. */
export async function realPollSide(client: PostgresClient): Promise<PollSide> {
  await ensureShard(client, 0);
  const guard = createGuardLedger(client, 0);
  const ids = [(await guard.read()).poll.revision];
  const names = createNames(ids);
  function noted(row: PollRow | undefined): unknown {
    if (!row) return undefined;
    ids.push(row.revision);
    return names.row(row);
  }
  return {
    async apply(step) {
      switch (step.act) {
        case "change": {
          await client.query("begin");
          await client.query("delete from votes");
          for (const [name, total] of step.votes) {
            await client.query("insert into votes (shard, username, count, version) values (0, $1, $2, 1)", [
              name,
              total,
            ]);
          }
          const row = await changePoll(client, { from: await lockPoll(client), to: step.to });
          await client.query("commit");
          return noted(row);
        }
        case "adopt":
          return noted(
            await guard.transact(async () => {
              const { poll } = await guard.poll.read(undefined);
              const from = step.sees ? poll : { ...poll, revision: UNKNOWN };
              return await guard.poll.adopt({ from, to: step.to, totals: step.totals });
            }),
          );
        case "note": {
          const { poll: { revision } } = await guard.read();
          return await guard.poll.note({ ...step, revision, candidates: candidatesOf(step.digest) });
        }
        case "read": {
          const { poll, isKnown } = await guard.poll.read(names.back(step.back));
          return { poll: names.row(poll), isKnown };
        }
        case "frozen":
          return (await guard.poll.frozenTotals(names.back(step.back)))?.sort();
      }
    },
    state: async () => names.text((await guard.read()).poll),
  };
}

function candidatesOf(digest: string | undefined): { digest: string; count: number } | undefined {
  return digest === undefined ? undefined : { digest, count: 2 };
}

/** Revisions by when they came, since no two sides give them the same id. */
function createNames(ids: readonly string[]) {
  const text = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (_, each) => ids.includes(each) ? ids.indexOf(each) : each);
  return {
    text,
    row: ({ votingSince: _, resultsSince: __, ...row }: PollRow) => text(row),
    back: (count: number) => ids[ids.length - 1 - count] ?? UNKNOWN,
  };
}
