/** A manifest with one fault, and who must refuse it: exactly these, for a check that refuses everything shows nothing. */
import type { JudgeName } from "../judge.ts";
import type { Edit } from "./edit.ts";

export interface BrokenManifest {
  readonly fault: string;
  /** The overlay that is broken. */
  readonly overlay: string;
  readonly refusedBy: readonly JudgeName[];
  readonly edits: readonly Edit[];
}
