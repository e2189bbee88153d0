/**
 * Closes the API's listener and waits until the requests under way are answered. A client whose request was refused before
 * its body was read, and that keeps the body back, would hold the listener for as long as it likes: nothing is under way for
 * it any more, so nobody waits for it.
 */
import { pause } from "../shared/lifecycle/pause.ts";

/** The last answers are written within it. */
const QUIET_MS = 500;
const LOOK_MS = 50;

export interface StoppedServer {
  /** Takes no new request, and resolves when every connection has ended. */
  shutdown(): Promise<void>;
}

/** Resolves when every connection has ended, or nothing has been under way for a while. */
export async function stopServer(server: StoppedServer, requestsUnderWay: () => number): Promise<void> {
  const closed = new AbortController();
  const closing = server.shutdown().finally(() => closed.abort());
  await Promise.race([closing, whenQuiet(requestsUnderWay, closed.signal)]);
}

async function whenQuiet(requestsUnderWay: () => number, closed: AbortSignal): Promise<void> {
  for (let quietMs = 0; quietMs < QUIET_MS && !closed.aborted; quietMs += LOOK_MS) {
    await pause(LOOK_MS, closed);
    if (requestsUnderWay() > 0) quietMs = 0;
  }
}
