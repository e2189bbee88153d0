/** Samples answers while something else runs. */

/**
 * Asks again and again until `run` has ended, and returns what it returned. A question that fails does not cut `run`
 * short: the first such error is thrown afterwards, unless `run` has failed itself, which is then the reason for both.
 */
export async function askWhile<T>(
  run: () => Promise<T>,
  { ask, everyMs }: { ask: () => Promise<void>; everyMs: number },
): Promise<T> {
  const failures: unknown[] = [];
  const asking: Promise<void>[] = [];
  // Caught at once: it may fail long before anybody waits for it.
  const askOnce = () => asking.push(ask().catch((error) => void failures.push(error)));
  const timer = setInterval(askOnce, everyMs);
  const result = await run().finally(async () => {
    clearInterval(timer);
    await Promise.all(asking);
  });
  if (failures.length > 0) throw failures[0];
  return result;
}
