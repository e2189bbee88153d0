/** The two sides that random statements are made to: a real Postgres through the project's own code, and the simulated one. */
import type { PostgresClient, PostgresPool } from "../../shared/postgres/pool.ts";
import type { LedgerState } from "../../workers/vote_persister/guard/decide.ts";
import { createGuardLedger, ensureShard } from "../../workers/vote_persister/guard/ledger.ts";
import { readNextOffsets } from "../../workers/vote_persister/offsets.ts";
import type { StoreOutcome } from "../../workers/vote_persister/store_votes.ts";
import { createVoteStore } from "../../workers/vote_persister/vote_store.ts";
import { type LedgerStep, REQUEST_LIFE_MS, type Transaction } from "./ledger_steps.ts";
import { SimulatedLedger } from "./simulated_ledger.ts";

const ADDRESS = { clusterId: "cluster", topic: "votes" };

export interface LedgerSide {
  apply(step: LedgerStep): Promise<unknown>;
  /** Every row. */
  state(): Promise<unknown>;
}

/** What a transaction of the guard came to; for one that throws, that it did. */
type Transacted = { readonly epoch: number; readonly totals: unknown } | undefined | "failed";

export function createSimulatedSide(): LedgerSide & { readonly ledger: SimulatedLedger } {
  const ledger = new SimulatedLedger({ requestLifeMs: REQUEST_LIFE_MS });
  function transact(transaction: Transaction): Transacted {
    switch (transaction.kind) {
      case "undecided":
        return undefined;
      case "failing":
        return "failed";
      case "keep":
        ledger.sealKept(transaction);
        ledger.beginEpoch(transaction.next);
        return { epoch: transaction.next, totals: undefined };
      case "restore": {
        const totals = ledger.totals().sort();
        ledger.sealRestored();
        ledger.beginEpoch(transaction.next);
        return { epoch: transaction.next, totals };
      }
    }
  }
  function apply(step: LedgerStep): unknown {
    switch (step.act) {
      case "store":
        return sorted(ledger.storeVotes(step));
      case "store_contested":
        return ledger.storeContestedVote(step.vote);
      case "next_offset":
        return ledger.nextOffset(step.partition);
      case "transact":
        return transact(step.transaction);
      case "carry":
        return ledger.votesToCarry(step.countMax);
      case "mark":
        return ledger.markCarried(step);
      case "read":
        return withoutPoll(ledger.read());
      case "read_carried":
        return carriedText(ledger.readCarried());
      case "read_stored":
        return [...ledger.consumed].map(([partition, offset]) => ({ partition, nextOffset: BigInt(offset) }))
          .toSorted((one, other) => one.partition - other.partition);
    }
  }
  return {
    ledger,
    apply: (step) => Promise.resolve(apply(step)),
    state: () => Promise.resolve(stateOf(ledger)),
  };
}

function stateOf({ epoch, epochs, consumed, votes, events }: SimulatedLedger): unknown {
  return {
    epoch,
    epochs: [...epochs].toSorted(([one], [other]) => one - other),
    consumed: [...consumed].toSorted(([one], [other]) => one - other),
    votes: [...votes].map(([name, { count, version }]) => [name, count, version]).sort(),
    events: [...events.values()].map(({ vote, requestSeq, repeatOf, carry, carried }) => [
      vote.id,
      ...[
        vote.epoch,
        vote.version,
        vote.at,
        vote.names,
        vote.counts,
        vote.voter ?? null,
        vote.requestId ?? null,
      ],
      ...[requestSeq, repeatOf ?? null, carry, carried],
    ]).sort(([one], [other]) => String(one) < String(other) ? -1 : 1),
  };
}

/** Empties the ledger first. */
export async function createRealSide(pool: PostgresPool, client: PostgresClient): Promise<LedgerSide> {
  for (const table of ["vote_events", "votes", "consumed", "epochs", "shards"]) {
    await pool.query(`delete from ${table}`);
  }
  await ensureShard(client, 0);
  const store = createVoteStore(pool, { requestLifeMs: REQUEST_LIFE_MS });
  const guard = createGuardLedger(client, 0);

  function transact(transaction: Transaction): Promise<Transacted> {
    return guard.transact(async (): Promise<Transacted> => {
      switch (transaction.kind) {
        case "undecided":
          return undefined;
        case "failing":
          await guard.sealRestored();
          throw new Error("as told");
        case "keep":
          await guard.sealKept(transaction);
          await guard.beginEpoch(transaction.next);
          return { epoch: transaction.next, totals: undefined };
        case "restore": {
          const totals = await guard.sealRestored();
          await guard.beginEpoch(transaction.next);
          return { epoch: transaction.next, totals: totals.sort() };
        }
      }
    }).catch((error) => {
      if (transaction.kind === "failing" && error.message === "as told") return "failed";
      throw error;
    });
  }

  return {
    async apply(step) {
      switch (step.act) {
        case "store": {
          const address = { ...ADDRESS, partition: step.partition };
          return sorted(await store.storeVotes({ address, batch: step.batch }));
        }
        case "store_contested":
          return await store.storeContestedVote(step.vote);
        case "next_offset": {
          const offsets = await readNextOffsets(pool, { ...ADDRESS, partitions: [step.partition] });
          return Number(offsets.get(step.partition));
        }
        case "transact":
          return await transact(step.transaction);
        case "carry":
          return await guard.votesToCarry(step.countMax);
        case "mark":
          return await guard.markCarried(step);
        case "read":
          return withoutPoll(await guard.read());
        case "read_carried":
          return carriedText(await guard.readCarried());
        case "read_stored":
          return (await guard.readStored(ADDRESS)).toSorted((one, other) => one.partition - other.partition);
      }
    },
    state: () => readState(pool),
  };
}

/** One round trip. */
async function readState(pool: PostgresPool): Promise<unknown> {
  const { rows } = await pool.query<{ state: unknown }>(`
    select json_build_object(
      'epoch', (select epoch from shards),
      'epochs', (select coalesce(json_agg(json_build_array(epoch, included_version) order by epoch), '[]') from epochs),
      'consumed', (select coalesce(json_agg(json_build_array(partition, next_offset) order by partition), '[]') from consumed),
      'votes', (select coalesce(json_agg(json_build_array(username, count, version) order by username collate "C"), '[]') from votes),
      'events', (select coalesce(json_agg(json_build_array(vote_id, epoch, version, floor(extract(epoch from at) * 1000)::bigint,
        usernames, counts, voter, request_id, request_seq, repeat_of, carry, carried) order by vote_id), '[]') from vote_events)
    ) as state`);
  return rows[0]?.state;
}

/** Which is compared by itself, in poll_sides.ts. */
function withoutPoll({ poll: _poll, ...state }: LedgerState): unknown {
  return state;
}

function sorted({ contested, versionClashes, ...outcome }: StoreOutcome): StoreOutcome {
  return {
    ...outcome,
    contested: [...new Set(contested)].sort(),
    versionClashes: versionClashes.toSorted(),
  };
}

function carriedText({ inLedger, toCarry }: Record<"inLedger" | "toCarry", ReadonlySet<string>>): unknown {
  return { inLedger: [...inLedger].sort(), toCarry: [...toCarry].sort() };
}
