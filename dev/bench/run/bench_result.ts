/** What became of one bench: its figures, or why there are none. */
import type { Judged } from "./judge.ts";

export type BenchResult =
  & { readonly name: string; readonly title: string }
  & (
    | { readonly kind: "measured"; readonly figures: readonly Judged[] }
    /** Something that the machine lacks. */
    | { readonly kind: "skipped"; readonly reason: string }
    | { readonly kind: "failed"; readonly reason: string }
  );
