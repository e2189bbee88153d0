/** Whether a run of benches ends with exit code 1. */
import type { BenchResult } from "./bench_result.ts";

/** Strictly, what was not measured was not kept either. */
export function isBad(results: readonly BenchResult[], { strict }: { strict: boolean }): boolean {
  return results.some((result) => {
    switch (result.kind) {
      case "failed":
        return true;
      case "skipped":
        return strict;
      case "measured":
        return strict && result.figures.some(({ verdict }) => verdict === "MISSED");
    }
  });
}
