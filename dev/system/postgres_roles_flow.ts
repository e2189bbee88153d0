/** Everything that the vote persister and an operator do in Postgres, each on a pool of its own role. */
import { acceptForgotten, acceptHoles } from "../../client/verify/accept_loss.ts";
import { atOneMoment, readLedgerState, readRepeatCount, readTotals } from "../../client/verify/ledger.ts";
import type { VerifyReport } from "../../client/verify/report.ts";
import { readStates } from "../../client/dead_letters/stored_votes.ts";
import type { Letter } from "../../client/dead_letters/letter.ts";
import { change } from "../../client/poll/change.ts";
import { readStatus } from "../../client/poll/status.ts";
import { migrate } from "../../shared/postgres/migrate.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { storedVote } from "../../shared/testing/votes.ts";
import { createDriftLedger } from "../../workers/vote_persister/guard/drift_ledger.ts";
import type { GuardLedger } from "../../workers/vote_persister/guard/ledger.ts";
import { createGuardLock } from "../../workers/vote_persister/guard/lock.ts";
import { createStoredLedger } from "../../workers/vote_persister/guard/stored_ledger.ts";
import {
  assertNothingForgotten,
  readNextOffsets,
  RecordsForgottenError,
} from "../../workers/vote_persister/offsets.ts";
import { batchOf } from "../../workers/vote_persister/testing/ledger.ts";
import { createVoteStore } from "../../workers/vote_persister/vote_store.ts";

/** Each time another epoch, and so the same ledger may be gone through again. */
export interface RolesFlow {
  readonly schema: string;
  readonly epoch: number;
}

const SHARD = 0;
const HOUR_MS = 3_600_000;

export async function runPersister(pool: PostgresPool, { schema, epoch }: RolesFlow): Promise<void> {
  await migrate(pool, { schema, log: createSilentLogger() });
  const lock = createGuardLock(pool, { shard: SHARD, schema });
  try {
    // A guard that was stopped a moment ago may still be seen to hold it.
    const ledger = await waitFor(() => lock.acquire(), { what: "the guard's lock" });
    await openAnEpoch(ledger, epoch);
    await storeVotes(pool, epoch);
    await guardTheEpoch(ledger, epoch);
    const drift = createDriftLedger(pool, { shard: SHARD });
    await drift.read(await drift.namesAfter({ after: undefined, countMax: 10 }));
    await drift.holdsEvery({ epoch, above: -1, upTo: 0 });
    await createStoredLedger(pool, { shard: SHARD }).readFrom(new Map([[epoch, 0]]));
  } finally {
    lock.release();
  }
}

export async function runOperator(pool: PostgresPool, { epoch }: RolesFlow): Promise<void> {
  await atOneMoment(pool, async (client) => {
    const upTo = { shard: SHARD, epoch, lastVersion: 0 };
    await readLedgerState(client, upTo);
    await readTotals(client, { ...upTo, take: () => {} });
    await readRepeatCount(client, SHARD);
  });
  // What acceptHoles looks at of a report: an epoch with its first version missing.
  const finding = { kind: "versions_missing", epoch, ranges: [{ first: 0, last: 0 }], inOutboxFrom: null };
  const report = { shard: SHARD, epochs: [{ epoch, lastExpected: 9 }], findings: [finding] };
  const loss = { kind: "epoch", shard: SHARD, epoch } as const;
  await acceptHoles(pool, { report: report as unknown as VerifyReport, loss });
  const accepted = await acceptForgotten(pool);
  if (accepted.kind !== "forgotten_accepted") throw new Error("Go through the flow: nothing was forgotten");
  await readStates(pool, [{ voteId: crypto.randomUUID() } as unknown as Letter]);
  for (const action of ["close", "freeze", "publish", "open"] as const) {
    await change(pool, { action, waitMsMax: 0, signal: AbortSignal.timeout(10_000) });
  }
  await readStatus(pool);
}

async function openAnEpoch(ledger: GuardLedger, epoch: number): Promise<void> {
  await ledger.read();
  await ledger.readClockMs();
  await ledger.transact(async () => {
    await ledger.sealRestored();
    await ledger.beginEpoch(epoch - 1);
    await ledger.sealKept({ epoch: epoch - 1, includedVersion: -1 });
    await ledger.beginEpoch(epoch);
    return true;
  });
}

/** New votes, one that comes late, one whose request is another's, and one of an epoch that a backup lost. */
async function storeVotes(pool: PostgresPool, epoch: number): Promise<void> {
  const partition = { clusterId: `cluster-${epoch}`, topic: "votes", partition: 0 };
  await readNextOffsets(pool, { ...partition, partitions: [0] });
  const store = createVoteStore(pool, { requestLifeMs: HOUR_MS });
  const requestId = crypto.randomUUID();
  const votes = [
    storedVote({ epoch, version: 0, voter: "eve", requestId }),
    storedVote({ epoch: epoch - 1, version: 5 }),
    storedVote({ epoch: epoch - 2, version: 5 }),
  ];
  await store.storeVotes({ address: partition, batch: batchOf(votes) });
  const repeat = storedVote({ epoch, version: 1, voter: "eve", requestId });
  await store.storeContestedVote(repeat);
  const other = storedVote({ epoch, version: 2, names: ["bob"], requestId, at: repeat.at + 9 * HOUR_MS });
  await store.storeContestedVote(other);
  await store.storeContestedVote({
    ...other,
    id: crypto.randomUUID(),
    names: ["ada"],
    at: repeat.at + 99 * HOUR_MS,
  });
  const admin = {
    fetchTopicOffsets: () => Promise.resolve([{ partition: 0, offset: "9", low: "9", high: "9" }]),
  };
  for (const _ of ["noticed", "noticed again"]) {
    const offsets = await readNextOffsets(pool, { ...partition, partitions: [0] });
    await assertNothingForgotten(admin, { pool, ...partition, offsets }).catch((error) => {
      if (!(error instanceof RecordsForgottenError)) throw error;
    });
  }
}

async function guardTheEpoch(ledger: GuardLedger, epoch: number): Promise<void> {
  await ledger.readCarried();
  await ledger.readStored({ clusterId: `cluster-${epoch}`, topic: "votes" });
  const toCarry = await ledger.votesToCarry(10);
  if (toCarry.length === 0) throw new Error("Go through the flow: nothing is to be carried");
  await ledger.markCarried({ epoch, voteIds: toCarry.map(({ voteId }) => voteId) });
  await ledger.readVoters({ timeMs: Date.now(), windowMs: HOUR_MS }, () => Promise.resolve(true));
  for (const results of ["frozen", "live"] as const) {
    const { poll } = await ledger.poll.read(crypto.randomUUID());
    const totals: [string, string][] = [["ada", "1"]];
    await ledger.transact(() => ledger.poll.adopt({ from: poll, to: { voting: "open", results }, totals }));
    await ledger.poll.frozenTotals(poll.revision);
    await ledger.poll.note({ revision: poll.revision, votingSinceMs: Date.now(), candidates: undefined });
  }
}
