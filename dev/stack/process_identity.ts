/**
 * Tells one process from a later one that got the same pid, so that we never signal a stranger: the moment it began, as
 * the system itself recorded it. Undefined when no such process runs.
 */

export async function processIdentity(pid: number): Promise<string | undefined> {
  return Deno.build.os === "linux" ? await identityFromProc(pid) : await identityFromPs(pid);
}

/** By `cat`: what Deno itself reads under /proc needs --allow-all, and `deno test -P` has less. */
async function identityFromProc(pid: number): Promise<string | undefined> {
  const { success, stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/stat`, "/proc/sys/kernel/random/boot_id"],
    stderr: "null",
  }).output();
  if (!success) return undefined;
  const text = new TextDecoder().decode(stdout);
  // The program's name stands in brackets and may itself hold brackets and spaces; after it the fields are plain.
  const [stat = "", boot] = text.slice(text.lastIndexOf(")") + 2).split("\n");
  const fields = stat.split(" ");
  const [state, startedTicks] = [fields[0], fields[19]];
  if (state === "Z" || !startedTicks) return undefined;
  // Ticks count from the boot, so they mean nothing without saying which boot.
  return `${boot}/${startedTicks}`;
}

async function identityFromPs(pid: number): Promise<string | undefined> {
  const { success, stdout } = await new Deno.Command("ps", {
    args: ["-ww", "-o", "lstart=,stat=", "-p", `${pid}`],
    env: { LC_ALL: "C" },
    stderr: "null",
  }).output();
  const line = new TextDecoder().decode(stdout).trim();
  if (!success || line === "") return undefined;
  const [, started, state] = /^(.*\S)\s+(\S+)$/.exec(line) ?? [];
  return state?.startsWith("Z") ? undefined : started;
}
