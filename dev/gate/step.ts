/** One step of the gate, and what came of it. */

export type StepOutcome =
  /** Counts tests where the step runs tests, else the step itself. */
  | { readonly kind: "passed"; readonly passed: number; readonly skipped: number }
  | { readonly kind: "failed"; readonly passed: number; readonly failed: number; readonly skipped: number }
  /** A system package that the step needs is not there. */
  | { readonly kind: "skipped"; readonly reason: string };

export interface Step {
  readonly name: string;
  run(): Promise<StepOutcome>;
}

export const PASSED: StepOutcome = { kind: "passed", passed: 1, skipped: 0 };
export const FAILED: StepOutcome = { kind: "failed", passed: 0, failed: 1, skipped: 0 };

/** Returns a step that runs deno itself and passes when deno does. */
export function denoStep(name: string, args: readonly string[]): Step {
  return {
    name,
    async run() {
      const { success } = await new Deno.Command(Deno.execPath(), { args: [...args] }).spawn().status;
      return success ? PASSED : FAILED;
    },
  };
}
