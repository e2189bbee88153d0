/**
 * A read of a store that is made when Prometheus asks, and not on the way of any vote. Gauges that come of one read
 * share it, so that they tell of one moment, and however many ask, one is under way.
 */
import { withinDeadline } from "../lifecycle/deadline.ts";
import type { Logger } from "../log/logger.ts";

/** Well below the time that Prometheus gives a scrape (10 s): a store that is away must not take the other figures with it. */
const READ_MS_MAX = 1000;

/** Returns a read that gives undefined where there is no answer, or none in time. */
export function createScrapeRead<T>(
  read: () => Promise<T>,
  { what, log }: { what: string; log: Logger },
): () => Promise<T | undefined> {
  let underWay: Promise<T | undefined> | undefined;

  async function ask(): Promise<T | undefined> {
    try {
      return await withinDeadline(read, { ms: READ_MS_MAX, what });
    } catch (error) {
      log.debug("scrape_read_failed", { error });
      return undefined;
    } finally {
      underWay = undefined;
    }
  }

  return () => underWay ??= ask();
}
