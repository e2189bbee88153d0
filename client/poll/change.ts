/**
 * Changes the poll, and waits until every shard obeys. Asking for what is already so is a change like any other, so that
 * the answer never rests on what a shard obeyed before it was asked for.
 */
import { pause } from "../../shared/lifecycle/pause.ts";
import type { PollState } from "../../shared/poll/poll_state.ts";
import { allowToFreeze, changePoll, lockPoll, type PollRow } from "../../shared/poll/poll_table.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import type { Action } from "./arguments.ts";
import { type PollStatus, readStatus } from "./status.ts";

export type ChangeOutcome =
  | { readonly kind: "applied"; readonly status: PollStatus }
  /** It is recorded, and obeyed as soon as a guard and Redis are there. */
  | { readonly kind: "not_applied"; readonly status: PollStatus; readonly waitedMs: number }
  /** Another change was made meanwhile, by an operator, or by a guard because Postgres went back to a backup. */
  | { readonly kind: "superseded"; readonly status: PollStatus };

export interface ChangeOptions {
  readonly action: Action;
  readonly waitMsMax: number;
  readonly signal: AbortSignal;
}

const LOOK_MS = 50;

const CHANGES: Readonly<Record<Action, Partial<PollState>>> = {
  open: { voting: "open" },
  close: { voting: "closed" },
  freeze: { results: "frozen" },
  publish: { results: "live" },
};

export async function change(
  pool: PostgresPool,
  { action, waitMsMax, signal }: ChangeOptions,
): Promise<ChangeOutcome> {
  const { revision } = await record(pool, action);
  try {
    return await waitForShards(pool, { revision, waitMsMax, signal });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Wait for the shards: ${reason}; the change is recorded, ask again to see it obeyed`, {
      cause: error,
    });
  }
}

async function record(pool: PostgresPool, action: Action): Promise<PollRow> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await allowToFreeze(client);
    const from = await lockPoll(client);
    const { voting, results } = from;
    const poll = await changePoll(client, { from, to: { voting, results, ...CHANGES[action] } });
    await client.query("commit");
    client.release();
    return poll;
  } catch (error) {
    // Ends the transaction with the connection, whatever state it is in.
    client.release(true);
    throw error;
  }
}

async function waitForShards(
  pool: PostgresPool,
  { revision, waitMsMax, signal }: { revision: string; waitMsMax: number; signal: AbortSignal },
): Promise<ChangeOutcome> {
  const begunMs = performance.now();
  while (true) {
    const status = await readStatus(pool);
    const waitedMs = performance.now() - begunMs;
    if (status.revision !== revision) return { kind: "superseded", status };
    if (status.applied) return { kind: "applied", status };
    if (waitedMs >= waitMsMax || signal.aborted) return { kind: "not_applied", status, waitedMs };
    await pause(LOOK_MS, signal);
  }
}
