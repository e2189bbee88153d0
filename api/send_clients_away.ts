/**
 * How clients that keep their connections come to another process before this one stops: each answer to a request that
 * comes while it drains asks for the connection to be closed. It is the client that closes it, between two requests of
 * its own, so none is lost on the way. What still stands when the server closes was not used during the whole drain.
 */
import type { Fetch } from "./hardening/request_cap.ts";
import type { Connection } from "./live/client_address.ts";

export function sendsClientsAway(fetch: Fetch, stopping: AbortSignal): Fetch {
  let isStopping = false;
  stopping.addEventListener("abort", () => isStopping = true, { once: true });
  async function sendAway(request: Request, connection: Connection | undefined): Promise<Response> {
    const response = await fetch(request, connection);
    response.headers.set("connection", "close");
    return response;
  }
  // Until then not a promise more than without.
  return (request, connection) => isStopping ? sendAway(request, connection) : fetch(request, connection);
}
