/**
 * API processes and rotators that are replaced one after another with other settings, as a rolling deployment does it.
 * Their clients reach the API as through a load balancer that does not know who is up: each call goes to the next
 * process, and one that is being replaced gives no answer.
 */
import type { World } from "../../shared/testing/world.ts";
import { type ApiClient, createApiClient } from "./api_client.ts";
import { type ProgramName, type RunningProgram, startProgram } from "./running_program.ts";

export interface RollOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: "SIGTERM" | "SIGKILL";
}

export interface RollingPrograms {
  /** Calls the processes by turns. */
  readonly balanced: ApiClient;
  /** One client an API process that runs at the moment. */
  processes(): readonly ApiClient[];
  /** The processes of one program that run at the moment. */
  copies(name: RollingName): readonly RunningProgram[];
  /**
   * Replaces every process of one program, each once the one before is ready. Resolves with the time of this machine's
   * clock, in ms, by which the last of the old ones had ended.
   */
  roll(name: RollingName, options: RollOptions): Promise<number>;
}

export type RollingName = "api" | "ticket_rotator";

interface Copy {
  readonly program: RunningProgram;
  readonly client: ApiClient | undefined;
}

const NAMES: readonly RollingName[] = ["api", "ticket_rotator"];
const COPIES = 2;

/** Two of each; they stop when the world ends. */
export async function startRollingPrograms(
  world: World,
  environment: Readonly<Record<string, string>>,
): Promise<RollingPrograms> {
  const copies = new Map<ProgramName, Copy[]>();
  const of = (name: ProgramName) => copies.get(name) ?? [];
  world.defer(() => stopAll(NAMES.flatMap(of).map(({ program }) => program)));
  for (const name of NAMES) {
    const programs = Array.from({ length: COPIES }, () => startProgram(name, environment));
    copies.set(name, programs.map((program) => ({ program, client: undefined })));
  }
  for (const name of NAMES) {
    copies.set(
      name,
      await Promise.all(of(name).map(({ program }) => ready(program))),
    );
  }
  const processes = () => of("api").map(({ client }) => client as ApiClient);

  return {
    processes,
    balanced: createBalanced(processes),
    copies: (name) => of(name).map(({ program }) => program),
    async roll(name, { environment, signal }) {
      let endedAt = 0;
      for (const index of of(name).keys()) {
        await of(name)[index]?.program.stop(signal);
        endedAt = Date.now();
        const program = startProgram(name, environment);
        // The old client stays until the new one is there: its calls fail, as those to a process that is away.
        of(name).splice(index, 1, { program, client: of(name)[index]?.client });
        of(name).splice(index, 1, await ready(program));
      }
      return endedAt;
    },
  };
}

async function ready(program: RunningProgram): Promise<Copy> {
  await program.whenReady();
  if (program.name !== "api") return { program, client: undefined };
  const { port } = await program.logged("api_listening");
  return { program, client: createApiClient(`http://127.0.0.1:${port}/graphql`) };
}

function createBalanced(processes: () => readonly ApiClient[]): ApiClient {
  let calls = 0;
  const next = () => processes()[calls++ % COPIES] as ApiClient;
  return {
    cas: () => next().cas(),
    vote: (input) => next().vote(input),
    total: (username) => next().total(username),
    whenTicketOpen: () => next().whenTicketOpen(),
  };
}

async function stopAll(programs: readonly RunningProgram[]): Promise<void> {
  const codes = await Promise.all(programs.map((program) => program.stop("SIGTERM")));
  if (codes.some((code) => code !== 0)) {
    throw new Error(`Stop the programs: wanted exit code 0, got ${codes.join(", ")}`);
  }
}
