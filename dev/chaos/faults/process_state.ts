/** What the system says of a process: whether a SIGSTOP has really stopped it. */

/** Whether each of them is there and stopped. */
export async function areStopped(pids: readonly (number | undefined)[]): Promise<boolean> {
  if (pids.length === 0) return false;
  const states = await Promise.all(pids.map(stateOf));
  return states.every((state) => state.startsWith("T"));
}

/** As ps tells it; empty for a process that is gone. */
async function stateOf(pid: number | undefined): Promise<string> {
  if (pid === undefined) return "";
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`], stderr: "null" })
    .output();
  return new TextDecoder().decode(stdout).trim();
}
