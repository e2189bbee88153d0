/**
 * The rules that can be broken on purpose, one at a time: the simulation must notice each. A rule of a store's script or
 * statement is broken in the simulated store; one that the guard's or the relay's own code keeps is broken by what that
 * code is handed, which then lies to it or does too little. Some show only where certain faults meet: those strike more often then.
 */

import type { Fault } from "./fault_names.ts";

export interface Break {
  readonly meaning: string;
  /** How many times as often these strike as they do otherwise. */
  readonly focus?: Readonly<Partial<Record<Fault, number>>>;
  /** How likely a client does not hear of its success. */
  readonly answerLoss?: number;
  /** How far the clock of a guard's machine is ahead at most. */
  readonly clockAheadUnitsMax?: number;
  /** The poll is opened, closed, frozen and published in most histories. */
  readonly operates?: boolean;
}

export const BREAKS = {
  mint_twice: { meaning: "store: mint gives a slot that was minted before its uses again" },
  incarnation: { meaning: "store: scripts do not ask which Redis process the shard was opened for" },
  carry_twice: {
    meaning: "store: carry does not remember which votes it has carried",
    focus: { flush: 3, crash: 2 },
  },
  open_unconditional: { meaning: "store: load and open do not ask whose claim stands" },
  delete_outbox: { meaning: "store: open deletes the outbox after a restore" },
  no_repeat: { meaning: "store: a second vote of one request counts" },
  repeat_without_carry: { meaning: "store: a repeat that Redis has counted is not carried" },
  included_off_by_one: { meaning: "store: one version above the included one counts as in Redis" },
  marks_survive_restore: { meaning: "store: a restore leaves the marks of carrying" },
  no_epoch_lock: { meaning: "store: persisters do not wait for a guard's transaction" },
  offsets_in_kafka: {
    meaning: "store: Kafka's committed offsets say where to read on, whatever Postgres holds",
  },
  keep_without_carried: {
    meaning: "handed: what Redis has carried always looks like what Postgres has",
    focus: { postgres_back: 6, restart: 3 },
  },
  no_max_version_test: {
    meaning: "handed: after a claim Postgres seems to hold no version of the open epoch",
  },
  carried_not_compared: {
    meaning: "handed: a look sees as many carried votes in Redis as in Postgres",
    // Two votes of one request, and a backup put back within an epoch, so that they are stored in another order.
    focus: {
      flush: 3,
      wipe: 0,
      older_copy: 0,
      split: 0,
      clock_back: 0,
      guard_cut: 0,
      postgres_away: 0,
      garbage: 0,
      kafka_away: 0,
      redis_cut: 0,
      postgres_back: 12,
      restart: 0,
      sleep: 1,
      crash: 0,
    },
    answerLoss: 0.9,
  },
  later_epoch_unseen: {
    meaning: "handed: a look sees no epoch above the ledger's own",
    focus: { postgres_back: 6, wipe: 5, flush: 4, crash: 2, restart: 0.3 },
    clockAheadUnitsMax: 60,
  },
  keep_same_epoch: { meaning: "handed: a tally that is kept is opened under its old epoch" },
  epoch_reused: {
    meaning: "handed: all three clocks stand still",
    focus: { wipe: 3, postgres_back: 5 },
  },
  decide_before_lock: { meaning: "handed: the guard decides, and only then locks the persisters out" },
  trim_before_ack: { meaning: "handed: Kafka's acknowledgement is not waited for before the trim" },
  trim_elsewhere: {
    meaning: "handed: the trim does not ask whether Redis is still the process that was read",
    focus: { split: 8, redis_cut: 8 },
  },
  trim_too_far: { meaning: "handed: the trim goes one version beyond what was sent" },
  poll_lost_by_open: {
    meaning: "store: a switch before the opening changes nothing, so the shard opens as a new one does",
    operates: true,
  },
  poll_switched_blindly: {
    meaning: "store: a switch does not ask whether another guard has switched since",
    focus: {
      sleep: 12,
      guard_cut: 8,
      wipe: 0,
      older_copy: 0,
      split: 0,
      flush: 0,
      restart: 0.2,
      postgres_back: 0,
    },
    operates: true,
  },
  poll_backup_followed: {
    meaning: "handed: every revision in Redis seems to be known to Postgres",
    focus: { postgres_back: 5 },
    operates: true,
  },
  poll_noted_early: {
    meaning: "handed: the guard notes that a revision is obeyed before it is",
    focus: { crash: 2, redis_cut: 2 },
    operates: true,
  },
  move_before_store: { meaning: "handed: the offset moves before the rows are stored" },
} as const satisfies Readonly<Record<string, Break>>;

export type BreakName = keyof typeof BREAKS;

export function isBreakName(text: string): text is BreakName {
  return Object.hasOwn(BREAKS, text);
}

export function describeBreak(broken: BreakName | undefined): Partial<Break> {
  return broken ? BREAKS[broken] : {};
}
