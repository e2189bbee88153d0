/**
 * Named points in a program, at which it dies or waits when it was told to. Nothing of this is in what is deployed: the
 * fault runner's composition roots put the points around the parts that touch a store.
 */
import type { ControlLine, PointHit } from "./control_line.ts";
import type { PointName, Step } from "./point_names.ts";
import { say } from "./say.ts";

export interface Points {
  /** Waits or dies here, when that was asked for. */
  reach(point: PointName, size?: number): Promise<void>;
  obey(line: ControlLine): void;
}

/** What a point does to its process; handed in for tests. */
export interface PointEffects {
  say(hit: PointHit): void;
  /** Never comes back in a real program. */
  die(): void;
}

const REAL_EFFECTS: PointEffects = {
  say,
  die: () => Deno.kill(Deno.pid, "SIGKILL"),
};

export function createPoints({ say, die }: PointEffects = REAL_EFFECTS): Points {
  const crashes = new Map<PointName, { skip: number }>();
  const holds = new Map<PointName, PromiseWithResolvers<void>>();

  return {
    async reach(point, size) {
      const seen = size === undefined ? { point } : { point, size };
      const crash = crashes.get(point);
      if (crash && crash.skip-- === 0) {
        say({ event: "point_hit", how: "crash", ...seen });
        die();
      }
      const hold = holds.get(point);
      if (!hold) return;
      say({ event: "point_hit", how: "hold", ...seen });
      await hold.promise;
    },
    obey(line) {
      if (line.do === "crash") crashes.set(line.point, { skip: line.skip ?? 0 });
      if (line.do === "hold" && !holds.has(line.point)) holds.set(line.point, Promise.withResolvers());
      if (line.do === "release") {
        crashes.delete(line.point);
        holds.get(line.point)?.resolve();
        holds.delete(line.point);
      }
    },
  };
}

// deno-lint-ignore no-explicit-any -- any method: its arguments and result pass through untouched
type Method = (...args: any[]) => unknown;

/** The same object, with a point before and after each of the methods that are named. */
export function withPoints<T extends object>(
  part: T,
  { points, steps }: { points: Points; steps: Partial<Record<keyof T, Step>> },
): T {
  const wrapped: Record<string, unknown> = {};
  for (const [name, step] of Object.entries(steps) as [string, Step][]) {
    const method = (part as Record<string, Method>)[name];
    if (!method) throw new Error(`Put points around "${name}": there is no such method`);
    wrapped[name] = async (...args: unknown[]) => {
      const size = sizeOf(args[0]);
      await points.reach(`before_${step}`, size);
      const result = await method.apply(part, args);
      await points.reach(`after_${step}`, size);
      return result;
    };
  }
  return { ...part, ...wrapped };
}

/** Of what a step is about: its own length, or that of the one list in it. */
function sizeOf(argument: unknown): number | undefined {
  if (Array.isArray(argument)) return argument.length;
  if (typeof argument !== "object" || argument === null) return undefined;
  const { messages, votes, totals, voteIds, batch } = argument as Record<string, unknown>;
  for (const list of [messages, votes, totals, voteIds]) if (Array.isArray(list)) return list.length;
  return batch === undefined ? undefined : sizeOf(batch);
}
