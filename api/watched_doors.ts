/**
 * Counts the answers of the API by who gave them. The hot door hands on what it does not know, so whose an answer is, is
 * written down where it is made: what nobody has put a name to is the hot door's.
 */
import type { Fetch } from "./hardening/request_cap.ts";
import type { ApiMetrics, DoorName } from "./metrics.ts";

export interface WatchedDoors {
  /** Puts a name to an answer, and returns it. */
  from(door: DoorName, response: Response): Response;
  /** Counts what goes through: the outermost of all. */
  around(fetch: Fetch): Fetch;
}

/** Where there is nobody to tell, as at the edge, nothing is watched. */
const UNWATCHED: WatchedDoors = { from: (_door, response) => response, around: (fetch) => fetch };

export function watchDoors(
  metrics: Pick<ApiMetrics, "requestBegan" | "requestEnded"> | undefined,
): WatchedDoors {
  if (!metrics) return UNWATCHED;
  const doors = new WeakMap<Response, DoorName>();
  return {
    from(door, response) {
      doors.set(response, door);
      return response;
    },
    around: (fetch) => async (request, connection) => {
      metrics.requestBegan();
      let response: Response | undefined;
      try {
        return response = await fetch(request, connection);
      } finally {
        // What throws becomes a 500 of the listener.
        const door = response && doors.get(response);
        metrics.requestEnded(door ?? "hot", response?.status ?? 500);
      }
    },
  };
}
