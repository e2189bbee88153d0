/** What a process has taken of the processors, from Linux's /proc. */

/** Linux counts in hundredths of a second on every machine that Deno runs on. */
const TICKS_PER_SECOND = 100;

export async function processSeconds(pid: number): Promise<number> {
  return parseSeconds(await Deno.readTextFile(`/proc/${pid}/stat`));
}

/** User and system time: fields 14 and 15, counted behind the name, which may hold anything. */
export function parseSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
