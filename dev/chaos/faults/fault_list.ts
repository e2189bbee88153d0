/** Every fault that the runner knows. */
import { SetupError } from "../../stack/setup_error.ts";
import { CRASH_FAULTS } from "./crash_point.ts";
import type { Fault } from "./fault.ts";
import { KILL_PROGRAM_FAULTS } from "./kill_program.ts";
import { KILL_STORE_FAULTS } from "./kill_store.ts";
import { LOSE_KAFKA_FAULTS } from "./lose_kafka.ts";
import { LOSE_REDIS_FAULTS } from "./lose_redis.ts";
import { CLOCK_FAULTS } from "./move_clock.ts";
import { NETWORK_FAULTS, SWALLOW_ACKNOWLEDGEMENTS } from "./network.ts";
import { pairOf } from "./pair.ts";
import { PAUSE_FAULTS } from "./pause_process.ts";
import { REBALANCE } from "./rebalance.ts";
import { RESTORE_POSTGRES } from "./restore_postgres.ts";

const SINGLE_FAULTS: readonly Fault[] = [
  ...KILL_PROGRAM_FAULTS,
  ...KILL_STORE_FAULTS,
  ...PAUSE_FAULTS,
  ...CRASH_FAULTS,
  ...NETWORK_FAULTS,
  SWALLOW_ACKNOWLEDGEMENTS,
  ...LOSE_REDIS_FAULTS,
  ...LOSE_KAFKA_FAULTS,
  RESTORE_POSTGRES,
  REBALANCE,
  ...CLOCK_FAULTS,
];

export const FAULTS: readonly Fault[] = withPair(SINGLE_FAULTS);

/** Those that might give a ticket its uses twice: for the phase in which the limit is really hit. */
export const LIMIT_FAULTS: readonly Fault[] = FAULTS.filter(({ name }) =>
  /^(kill|pause|clock)_ticket_rotator|^(kill|wipe|stale|delay)_redis|^redis_beside|^kill_vote_persister/.test(
    name,
  )
);

/** Picks by name, or by the beginning of names: `kill` is every fault that kills. Throws at a name that picks nothing. */
export function pickFaults(wanted: readonly string[]): readonly Fault[] {
  if (wanted.length === 0) return FAULTS;
  for (const name of wanted) {
    if (!FAULTS.some((fault) => isPicked(fault, name))) {
      throw new SetupError(`Pick faults: there is no "${name}", --faults list shows all`);
    }
  }
  return FAULTS.filter((fault) => wanted.some((name) => isPicked(fault, name)));
}

function isPicked({ name }: Fault, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}_`);
}

function withPair(faults: readonly Fault[]): readonly Fault[] {
  const pair = pairOf(faults);
  return pair ? [...faults, pair] : faults;
}
