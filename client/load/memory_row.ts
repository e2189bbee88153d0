/** How the memory of one process went in a run, for the report. */

export interface MemoryRow {
  readonly name: string;
  /** What the number is, and what to know when reading it. */
  readonly note: string;
  /** From when on it is judged. */
  readonly fromMs: number;
  readonly atFromBytes: number;
  readonly endBytes: number;
  readonly maxBytes: number;
  readonly bytesPerMinute: number;
  /** Undefined of a run that is too short to say. */
  readonly isLevel: boolean | undefined;
}
