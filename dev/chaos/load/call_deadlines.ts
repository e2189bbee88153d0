/**
 * Ends calls that get no answer, without a timer for each: all calls of half a second share one signal, so a call is ended
 * up to that much later than it might be.
 */

export const STEP_MS = 500;

export type CallDeadlines = ReturnType<typeof createCallDeadlines>;

export function createCallDeadlines(
  { callMsMax, now }: { callMsMax: number; now: () => number },
) {
  let steps: { begunAt: number; abort: AbortController }[] = [];

  return {
    /** Of a call that begins now. */
    signal(): AbortSignal {
      const at = now();
      let step = steps.at(-1);
      if (step === undefined || at - step.begunAt >= STEP_MS) {
        step = { begunAt: at, abort: new AbortController() };
        steps.push(step);
      }
      return step.abort.signal;
    },
    /** To be called often. */
    sweep(): void {
      const isOver = ({ begunAt }: { begunAt: number }) => now() - begunAt >= STEP_MS + callMsMax;
      for (const { abort } of steps.filter(isOver)) {
        abort.abort(new Error(`No answer within ${callMsMax} ms`));
      }
      steps = steps.filter((step) => !isOver(step));
    },
  };
}
