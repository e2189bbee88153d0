/**
 * A system of its own for one load: embedded stores and one of each program as it is deployed, gone when the load ends.
 * What a load that was killed has left is cleared away by the next.
 */
import { join } from "node:path";
import type { RedisClient } from "../../shared/redis/client.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { createCheckout } from "../stack/checkout.ts";
import { sweepRuns } from "../stack/clear_run.ts";
import { findTool } from "../stack/find_tool.ts";
import { writePidFile } from "../stack/pid_file.ts";
import { startStores } from "../stack/stores.ts";
import type { ProgramName, RunningProgram } from "../system/running_program.ts";
import { startSystem } from "../system/system.ts";
import { type MemorySource, proportionalBytes, residentBytes } from "./memory.ts";
import type { Target } from "../../client/load/run_load.ts";

export interface OwnSystem extends AsyncDisposable {
  readonly target: Target;
  /** Which Redis serves, for the report. */
  readonly redis: string;
  /** Empty where there is no /proc. */
  readonly memory: readonly MemorySource[];
}

export interface OwnSystemOptions {
  readonly environment: Record<string, string>;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const RUN_PREFIX = "load-";
/** Of one ticket: no rate that a load may ask for uses it up. */
const TICKET_USES = "1000000";
const PROGRAM_NAMES: readonly ProgramName[] = ["api", "ticket_rotator", "outbox_relay", "vote_persister"];

export async function startOwnSystem({ environment, signal, say }: OwnSystemOptions): Promise<OwnSystem> {
  const checkout = createCheckout();
  await sweepRuns(checkout, { prefix: RUN_PREFIX, environment });
  const run = `${RUN_PREFIX}${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const ending = new AsyncDisposableStack();
  try {
    say("starting Redis, Kafka and Postgres");
    // What is deployed, where the machine has it: the embedded one takes its memory from plain libc.
    const redisServer = findTool("redis-server", environment["PATH"] ?? "");
    const stores = await startStores({
      run,
      keepData: false,
      environment,
      wanted: "embedded",
      redisServer,
      signal,
    });
    ending.defer(() => stores.stop());
    const { redisUrl, kafkaBrokers, postgresUrl } = stores.addresses;
    const world = await createWorld({
      redisUrl: new URL(redisUrl),
      kafkaBrokers: kafkaBrokers.split(","),
      postgresUrl: new URL(postgresUrl),
    });
    ending.use(world);
    say("starting the four programs");
    const system = await startSystem(world, { environment: { CAST_TICKET_USES: TICKET_USES } });
    const ports = await Promise.all(system.copies("api").map((program) => program.logged("api_listening")));
    const pool = await world.postgres();
    const programs = PROGRAM_NAMES.flatMap(system.copies);
    const pidFolder = join(checkout.cast, run, "pids");
    // So that the next load ends them, should this one be killed.
    for (const { name, pid } of programs) await writePidFile(pidFolder, { name: `program_${name}`, pid });
    return {
      target: { pool, urls: ports.map(({ port }) => `http://127.0.0.1:${port}/graphql`) },
      redis: redisServer ?? "embedded, its allocator is libc's",
      memory: Deno.build.os === "linux" ? await memorySources(world, { programs, pidFolder }) : [],
      [Symbol.asyncDispose]: () => ending.disposeAsync(),
    };
  } catch (error) {
    await ending.disposeAsync();
    throw error;
  }
}

async function memorySources(
  { redis }: World,
  { programs, pidFolder }: { programs: readonly RunningProgram[]; pidFolder: string },
): Promise<MemorySource[]> {
  const sources: MemorySource[] = programs.map(({ name, pid }) => ({
    name,
    note: "resident",
    bytes: () => residentBytes(pid),
  }));
  const [java, postgres] = await Promise.all(["kafka", "postgres"].map((name) => readPid(pidFolder, name)));
  if (java !== undefined) {
    const note = "resident; a JVM touches its heap of 512 MB bit by bit and gives none back";
    sources.push({ name: "kafka", note, bytes: () => residentBytes(java) });
  }
  if (postgres !== undefined) {
    const note = "all its processes, shared pages once; shared buffers of 128 MB fill up";
    sources.push({ name: "postgres", note, bytes: () => proportionalBytes(postgres) });
  }
  sources.push({ name: "redis", note: "used_memory", bytes: () => redisBytes(redis) });
  const note = "resident; this tool";
  sources.push({ name: "load", note, bytes: () => residentBytes(Deno.pid) });
  return sources;
}

async function readPid(folder: string, name: string): Promise<number | undefined> {
  try {
    const { pid } = JSON.parse(await Deno.readTextFile(join(folder, `${name}.pid`)));
    return typeof pid === "number" ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function redisBytes({ redis }: RedisClient): Promise<number | undefined> {
  const bytes = /^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1];
  return bytes === undefined ? undefined : Number(bytes);
}
