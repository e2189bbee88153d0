/** SIGKILL of one process, or of both copies at once. */
import { PROGRAM_NAMES, type ProgramName } from "../run/program_child.ts";
import { anyOf, type Fault } from "./fault.ts";

/** How often both copies go. */
const BOTH_SHARE = 0.3;

export const KILL_PROGRAM_FAULTS: readonly Fault[] = PROGRAM_NAMES.map(killProgram);

function killProgram(name: ProgramName): Fault {
  return {
    name: `kill_${name}`,
    about: `SIGKILL of one ${name}, or of both`,
    async inject({ fleet, untilSeen }, random) {
      const copies = fleet.named(name);
      const dying = random.next() < BOTH_SHARE ? copies : [random.pick(copies)];
      const seen = untilSeen(`${name}_died_SIGKILL`);
      for (const copy of dying) copy.kill();
      await seen;
      return anyOf(`${name}_died_SIGKILL`);
    },
  };
}
