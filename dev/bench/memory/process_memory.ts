/** Memory of a process, from Linux's /proc. */

export interface ProcessMemory {
  /** Resident, what it shares with others included. */
  readonly rssMb: number;
  /** With each shared page divided among its users; absent where the system does not let us look. */
  readonly pssMb: number | undefined;
}

export async function readMemory(pid: number): Promise<ProcessMemory> {
  const rssMb = parseMb(await Deno.readTextFile(`/proc/${pid}/status`), "VmRSS");
  if (rssMb === undefined) throw new Error(`Read the memory of process ${pid}: it shows no VmRSS`);
  const rollup = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`).catch(() => "");
  return { rssMb, pssMb: parseMb(rollup, "Pss") };
}

/** Reads `<name>: <n> kB`. */
export function parseMb(text: string, name: string): number | undefined {
  const kb = new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(text)?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}
