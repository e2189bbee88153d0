/** A call in one line, to be found in the history by its request id. */
import type { CallLine } from "../load/history.ts";

export function describeCall({ requestId, attempt, api, t0, t1, ticket, outcome }: CallLine): string {
  return `${requestId} attempt ${attempt} at api ${api}, t ${t0} to ${t1}, ticket ${ticket}, ${outcome}`;
}
