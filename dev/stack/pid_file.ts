/**
 * What a launcher started, one small file per process, so that whatever a launcher killed by SIGKILL left behind is found
 * and stopped by the next one. Nothing is ever looked up by name.
 */
import { join } from "node:path";
import { signalPid } from "./child.ts";
import { processIdentity } from "./process_identity.ts";
import { waitUntil } from "./wait_until.ts";

const TERM_DEADLINE_MS = 10_000;
const KILL_DEADLINE_MS = 5_000;

interface PidRecord {
  pid: number;
  identity: string;
}

export async function writePidFile(folder: string, entry: { name: string; pid: number }): Promise<void> {
  const identity = await processIdentity(entry.pid);
  if (!identity) return; // It has ended already.
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, `${entry.name}.pid`);
  const record: PidRecord = { pid: entry.pid, identity };
  await Deno.writeTextFile(`${path}.part`, JSON.stringify(record));
  await Deno.rename(`${path}.part`, path);
}

export async function removePidFile(folder: string, name: string): Promise<void> {
  await Deno.remove(join(folder, `${name}.pid`)).catch(ignoreMissing);
}

/** Stops every process recorded in the folder that still is the one recorded; answers with their names. */
export async function stopLeftovers(folder: string): Promise<string[]> {
  const names = await listPidFiles(folder);
  const stopped = await Promise.all(names.map(async (name) => {
    const record = await readPidFile(join(folder, `${name}.pid`));
    const found = record !== undefined && await stopRecorded(record);
    await removePidFile(folder, name);
    return found ? [name] : [];
  }));
  return stopped.flat();
}

async function listPidFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.name.endsWith(".pid")) names.push(entry.name.slice(0, -".pid".length));
    }
  } catch (error) {
    ignoreMissing(error);
  }
  return names;
}

async function readPidFile(path: string): Promise<PidRecord | undefined> {
  const record: unknown = JSON.parse(await Deno.readTextFile(path));
  if (typeof record !== "object" || record === null || !("pid" in record) || !("identity" in record)) return;
  if (typeof record.pid !== "number" || typeof record.identity !== "string") return;
  return { pid: record.pid, identity: record.identity };
}

async function stopRecorded(record: PidRecord): Promise<boolean> {
  const isGone = async () => await processIdentity(record.pid) !== record.identity;
  if (await isGone()) return false;
  signalPid(record.pid, "SIGTERM");
  const what = `process ${record.pid}, left by an earlier run, has ended`;
  try {
    await waitUntil(isGone, { what, deadlineMs: TERM_DEADLINE_MS });
  } catch {
    signalPid(record.pid, "SIGKILL");
    // Most lead a group of their own, see child.ts; what they had started goes with them.
    signalPid(-record.pid, "SIGKILL");
    await waitUntil(isGone, { what, deadlineMs: KILL_DEADLINE_MS });
  }
  return true;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
