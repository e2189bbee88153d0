/** What the figures were measured on: without it they mean nothing to anyone else. */
import type { World } from "../../../shared/testing/world.ts";

export interface Machine {
  readonly cpus: number;
  readonly cpuModel: string;
  readonly os: string;
  readonly deno: string;
  readonly redis: string;
  /** What Redis takes its memory from, which is a good part of its speed. */
  readonly redisAllocator: string;
}

export async function describeMachine({ redis: { redis } }: World): Promise<Machine> {
  const info = `${await redis.info("server")}\n${await redis.info("memory")}`;
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "unknown";
  return {
    cpus: navigator.hardwareConcurrency,
    cpuModel: await cpuModel(),
    os: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    redis: field("redis_version"),
    redisAllocator: field("mem_allocator"),
  };
}

async function cpuModel(): Promise<string> {
  try {
    return /^model name\s*:\s*(.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}
