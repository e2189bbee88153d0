/** Every bug that the fault runner has to catch. */
import { SetupError } from "../../stack/setup_error.ts";
import type { Bug } from "./bug.ts";
import { GUARD_BUGS } from "./guard_bugs.ts";
import { PERSISTER_BUGS } from "./persister_bugs.ts";
import { RELAY_BUGS } from "./relay_bugs.ts";
import { TICKET_BUGS } from "./ticket_bugs.ts";

export const BUGS: readonly Bug[] = [...RELAY_BUGS, ...PERSISTER_BUGS, ...TICKET_BUGS, ...GUARD_BUGS];

export function bugNamed(name: string): Bug {
  const bug = BUGS.find((each) => each.name === name);
  if (!bug) {
    throw new SetupError(
      `Pick a bug: there is no "${name}", wanted one of ${BUGS.map((each) => each.name).join(", ")}`,
    );
  }
  return bug;
}
