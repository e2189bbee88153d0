/**
 * The processes of a Postgres server. Each has a session of its own, so no signal to the server's group reaches them.
 */
import { signalPid } from "../../stack/child.ts";
import { removePidFile, writePidFile } from "../../stack/pid_file.ts";

/** What the postmaster has started and not yet buried. */
export async function serverProcesses(postmaster: number): Promise<number[]> {
  const { success, stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=", "-o", "ppid="] })
    .output();
  if (!success) throw new Error("List the processes of Postgres: ps failed");
  return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    return pid && parent === postmaster ? [pid] : [];
  });
}

export interface PausedProcesses {
  resume(): Promise<void>;
}

/**
 * Stops all of them with SIGSTOP; the postmaster is stopped already, so there come no more. A paused process outlives the
 * death of its postmaster, so pid files tell the next run of each, and should this one exit in haste they are killed.
 */
export async function pauseProcesses(pids: readonly number[], pidFolder: string): Promise<PausedProcesses> {
  const name = (pid: number) => `postgres-${pid}`;
  const killAll = () => pids.forEach((pid) => signalPid(pid, "SIGKILL"));
  globalThis.addEventListener("unload", killAll);
  await Promise.all(pids.map((pid) => writePidFile(pidFolder, { name: name(pid), pid })));
  for (const pid of pids) signalPid(pid, "SIGSTOP");
  return {
    async resume() {
      for (const pid of pids) signalPid(pid, "SIGCONT");
      globalThis.removeEventListener("unload", killAll);
      await Promise.all(pids.map((pid) => removePidFile(pidFolder, name(pid))));
    },
  };
}
