/** Samples how much memory each process of a system takes, once a second, from /proc and from Redis's own count. */
import { pause } from "../../shared/lifecycle/pause.ts";
import { readMemory } from "../bench/memory/process_memory.ts";
import { type MemoryPoint, type MemoryTrend, memoryTrend } from "./memory_trend.ts";

/** One thing that is watched; undefined when it cannot be told at the moment. */
export interface MemorySource {
  readonly name: string;
  /** What the number is, and what to know when reading it. */
  readonly note: string;
  bytes(): Promise<number | undefined>;
}

export interface MemoryRow extends MemoryTrend {
  readonly name: string;
  readonly note: string;
}

export interface MemoryWatch {
  /** The level is judged from here; the rows say from when to when. */
  finish(): Promise<readonly MemoryRow[]>;
}

const SAMPLE_MS = 1000;
const MB = 1024 * 1024;

export function watchMemory(sources: readonly MemorySource[], stopping: AbortSignal): MemoryWatch {
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, stopping]);
  const startMs = performance.now();
  const points = sources.map(() => [] as MemoryPoint[]);

  async function sample(): Promise<void> {
    await Promise.all(sources.map(async (source, index) => {
      const bytes = await source.bytes().catch(() => undefined);
      if (bytes !== undefined) points[index]?.push({ atMs: performance.now() - startMs, bytes });
    }));
  }
  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await sample();
      await pause(SAMPLE_MS, signal);
    }
  }
  const watching = watch();
  return {
    async finish() {
      ended.abort();
      await watching;
      return sources.map(({ name, note }, index) => ({ name, note, ...memoryTrend(points[index] ?? []) }));
    },
  };
}

export async function residentBytes(pid: number): Promise<number> {
  return (await readMemory(pid)).rssMb * MB;
}

/** Of a process and its children, each shared page once: what Postgres's processes take together. */
export async function proportionalBytes(parent: number): Promise<number> {
  const pids = [parent, ...await childrenOf(parent)];
  // One that has ended meanwhile takes nothing.
  const each = await Promise.all(pids.map((pid) => readMemory(pid).catch(() => undefined)));
  return each.reduce((sum, memory) => sum + (memory?.pssMb ?? 0), 0) * MB;
}

async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    // After the name in brackets: the state, then the parent.
    if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent) children.push(Number(name));
  }
  return children;
}
