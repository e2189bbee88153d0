/** A whole CAST on a test's own world: as many copies of each program as wanted, all of them real processes. */
import type { World } from "../../shared/testing/world.ts";
import { type ApiClient, createApiClient } from "./api_client.ts";
import { type ProgramName, type RunningProgram, startProgram } from "./running_program.ts";

export interface SystemOptions {
  /** Copies of each program; one each unless told otherwise. */
  readonly copies?: Partial<Record<ProgramName, number>>;
  readonly environment?: Record<string, string>;
}

export interface System {
  /** One client an API process. */
  readonly clients: readonly ApiClient[];
  /** Where each of them asks. */
  readonly urls: readonly string[];
  /** The copies of a program that run at the moment. */
  copies(name: ProgramName): readonly RunningProgram[];
  /** Kills every copy of a program with SIGKILL, one after the other, each time with a new one started in its place. */
  killAndReplace(name: ProgramName): Promise<void>;
}

const NAMES: readonly ProgramName[] = ["vote_persister", "outbox_relay", "ticket_rotator", "api"];

/** Resolves when every program is ready and a ticket is open; everything stops when the world ends. */
export async function startSystem(world: World, options: SystemOptions = {}): Promise<System> {
  const environment = {
    ...world.environment(),
    CAST_TICKET_KEYS: `test:${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`,
    ...options.environment,
  };
  // Taken down first, so that nothing writes while the world's keys and tables go.
  await Promise.all([world.kafka(), world.postgres()]);
  const running = new Map<ProgramName, RunningProgram[]>(
    NAMES.map((name) => [
      name,
      Array.from({ length: options.copies?.[name] ?? 1 }, () => startProgram(name, environment)),
    ]),
  );
  const copies = (name: ProgramName) => running.get(name) ?? [];
  world.defer(() => stopAll(NAMES.flatMap(copies)));
  await Promise.all(NAMES.flatMap(copies).map((program) => program.whenReady()));
  const urls = await Promise.all(
    copies("api").map(async (program) => {
      const { port } = await program.logged("api_listening");
      return `http://127.0.0.1:${port}/graphql`;
    }),
  );
  const clients = urls.map(createApiClient);
  await clients[0]?.whenTicketOpen();

  return {
    clients,
    urls,
    copies,
    async killAndReplace(name) {
      for (const [index, program] of copies(name).entries()) {
        await program.stop("SIGKILL");
        const next = startProgram(name, environment);
        running.get(name)?.splice(index, 1, next);
        await next.whenReady();
      }
    },
  };
}

async function stopAll(programs: readonly RunningProgram[]): Promise<void> {
  const codes = await Promise.all(programs.map((program) => program.stop("SIGTERM")));
  const wrong = programs.filter((_, index) => codes[index] !== 0).map(({ name }) => name);
  if (wrong.length > 0) {
    throw new Error(`Stop the programs: wanted exit code 0, got another from ${wrong.join(", ")}`);
  }
}
