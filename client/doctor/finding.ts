/** What the doctor says of one part: whether it is well, what is wrong, and how to mend it. */

export type Level = "ok" | "warn" | "fail" | "skipped";
export type Part = "api" | "redis" | "kafka" | "postgres" | "clocks";

export interface Finding {
  readonly part: Part;
  /** What was looked at. */
  readonly check: string;
  readonly level: Level;
  readonly says: string;
  /** What to do; of what is not well. */
  readonly mend?: string;
}

/** A list of findings of one part that is being written. */
export interface Notes {
  ok(check: string, says: string): void;
  skipped(check: string, says: string): void;
  warn(check: string, what: Trouble): void;
  fail(check: string, what: Trouble): void;
}

export interface Trouble {
  readonly says: string;
  readonly mend: string;
}

export function createNotes(part: Part, findings: Finding[]): Notes {
  return {
    ok: (check, says) => void findings.push({ part, check, level: "ok", says }),
    skipped: (check, says) => void findings.push({ part, check, level: "skipped", says }),
    warn: (check, trouble) => void findings.push({ part, check, level: "warn", ...trouble }),
    fail: (check, trouble) => void findings.push({ part, check, level: "fail", ...trouble }),
  };
}

/** A section of the operators' page. */
export function section(heading: string): string {
  return `docs/operations.md#${heading}`;
}
