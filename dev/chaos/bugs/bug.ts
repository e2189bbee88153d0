/** A bug that the fault runner has to catch: an edit of the source, and the faults that bring it out. */
import type { ViolationKind } from "../check/violations.ts";
import type { Fault } from "../faults/fault.ts";

export interface SourceEdit {
  /** From the root of the repository. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface Bug {
  /** snake_case; what `--bug` picks. */
  readonly name: string;
  readonly about: string;
  readonly edits: readonly SourceEdit[];
  /** Violations that come of this bug; a run in which others alone were found has not caught it. */
  readonly caughtBy: readonly ViolationKind[];
  readonly scenario: Scenario;
}

/** The shortest run in which the bug surely shows, and which the unbroken programs pass. */
export interface Scenario {
  /** Injected one after the other, the whole list `rounds` times. */
  readonly faults: readonly Fault[];
  readonly rounds: number;
  /** Uses of a ticket; many, unless the limit itself is the matter. */
  readonly uses?: number;
  /** Votes a second, where the bug makes the programs too slow for more. */
  readonly perSecond?: number;
  /** Over those of every run. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The source with the edit made. Throws where `find` is not there exactly once: then the bug is of another time. */
export function applyEdit(source: string, { file, find, replace }: SourceEdit): string {
  const places = source.split(find).length - 1;
  if (places !== 1) {
    throw new Error(`Break ${file}: wanted the text to replace once, found it ${places} times`);
  }
  return source.replace(find, () => replace);
}
