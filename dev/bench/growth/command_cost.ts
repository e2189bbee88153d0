/**
 * What Redis itself says that commands cost, in microseconds of its one thread: free of the client, of the network and
 * of the fsync that follows them. Two looks at INFO commandstats are compared, so nothing has to be reset.
 *
 * Promise: a sample holds this bench's own commands and nobody else's, or the measurement throws.
 */
import type { Redis } from "ioredis";
import type { Side } from "../interleave.ts";
import { median } from "../../../client/load/median.ts";

interface CommandCount {
  readonly calls: number;
  readonly microseconds: number;
}

export interface CostOptions {
  /** The command whose cost is taken, as INFO names it: `evalsha`. What a script calls inside is part of it. */
  readonly command: string;
  /** How often `act` runs the command. */
  readonly calls: number;
  /** How often `act` runs. */
  readonly runs: number;
  readonly act: () => Promise<unknown>;
}

/**
 * Returns microseconds a call: the median of the runs' means, so that a run in which the machine took the core away
 * from Redis decides nothing. The script must be known to Redis already, or its load is another command.
 */
export async function commandCost(
  redis: Redis,
  { command, calls, runs, act }: CostOptions,
): Promise<number> {
  const costs: number[] = [];
  let before = countOf(await redis.info("commandstats"), command);
  for (let run = 0; run < runs; run++) {
    await act();
    const after = countOf(await redis.info("commandstats"), command);
    const seen = after.calls - before.calls;
    if (seen !== calls) {
      throw new Error(
        `Measure ${command}: wanted ${calls} calls, Redis counted ${seen}; give the bench a Redis of its own`,
      );
    }
    costs.push((after.microseconds - before.microseconds) / calls);
    before = after;
  }
  return median(costs);
}

/** How a script is called for one sample. */
export interface Calls {
  readonly calls: number;
  readonly runs: number;
}

/** Microseconds of Redis for one run of a script that changes no size. */
export function scriptSide(
  redis: Redis,
  { calls, runs, act }: Calls & { act: (index: number) => Promise<unknown> },
): Side {
  return async () => {
    // Whatever ran before: from here on the script is known.
    await act(0);
    return await commandCost(redis, {
      command: "evalsha",
      calls,
      runs,
      act: () => runCalls(act, { calls }),
    });
  };
}

/** Exported for its test. A command that never ran has cost nothing. */
export function countOf(commandstats: string, command: string): CommandCount {
  const match = new RegExp(`^cmdstat_${command}:calls=(\\d+),usec=(\\d+),`, "m").exec(commandstats);
  return { calls: Number(match?.[1] ?? 0), microseconds: Number(match?.[2] ?? 0) };
}

/** Runs `act` so often, so many at a time: one connection is kept busy as many voters keep it. */
export async function runCalls(
  act: (index: number) => Promise<unknown>,
  { calls, atOnce = 64 }: { calls: number; atOnce?: number },
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < calls) await act(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, calls) }, worker));
}
