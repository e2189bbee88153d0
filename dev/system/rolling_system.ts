/** A whole CAST with two of each program behind a balancer, of which any can be restarted one copy after another. */
import type { World } from "../../shared/testing/world.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { type Backend, type Balancer, createBalancer } from "./balancer.ts";
import { type ProgramName, type RunningProgram, startProgram } from "./running_program.ts";

export interface RollingSystem {
  readonly balancer: Balancer;
  /**
   * Ends each copy of a program with SIGTERM, one after the other, and starts another in its place, which is ready before
   * the next is ended. Resolves with the exit codes.
   */
  restart(name: ProgramName): Promise<number[]>;
}

interface Copy {
  readonly program: RunningProgram;
  /** Of an API. */
  readonly backend: Backend | undefined;
}

export const COPIES = 2;
const NAMES: readonly ProgramName[] = ["vote_persister", "outbox_relay", "ticket_rotator", "api"];

/** Resolves when every program is ready; everything stops when the world ends. */
export async function startRollingSystem(
  world: World,
  environment: Readonly<Record<string, string>>,
): Promise<RollingSystem> {
  const balancer = createBalancer();
  world.defer(() => balancer[Symbol.asyncDispose]());
  const running = new Map<ProgramName, RunningProgram[]>();
  world.defer(() => stopAll([...running.values()].flat()));
  const copies = new Map<ProgramName, Copy[]>();

  function start(name: ProgramName): RunningProgram {
    const program = startProgram(name, environment);
    running.set(name, [...running.get(name) ?? [], program]);
    return program;
  }
  async function ready(program: RunningProgram): Promise<Copy> {
    await program.whenReady();
    if (program.name !== "api") return { program, backend: undefined };
    const [{ port }, { opsPort }] = [
      await program.logged("api_listening"),
      await program.logged("program_started"),
    ];
    const backend = { port: Number(port), opsPort: Number(opsPort) };
    balancer.add(backend);
    await waitFor(() => balancer.isReady(backend), { what: "the balancer to see an API" });
    return { program, backend };
  }

  for (const name of NAMES) for (let copy = 0; copy < COPIES; copy++) start(name);
  for (const name of NAMES) copies.set(name, await Promise.all((running.get(name) ?? []).map(ready)));

  return {
    balancer,
    async restart(name) {
      const codes: number[] = [];
      for (const { program, backend } of copies.get(name) ?? []) {
        codes.push(await program.stop("SIGTERM"));
        running.set(name, (running.get(name) ?? []).filter((each) => each !== program));
        if (backend) balancer.remove(backend);
        const fresh = await ready(start(name));
        copies.set(name, (copies.get(name) ?? []).map((copy) => copy.program === program ? fresh : copy));
      }
      return codes;
    },
  };
}

async function stopAll(programs: readonly RunningProgram[]): Promise<void> {
  const codes = await Promise.all(programs.map((program) => program.stop("SIGTERM")));
  if (codes.some((code) => code !== 0)) {
    throw new Error(`Stop the programs: wanted exit code 0, got ${codes.join(", ")}`);
  }
}
