/**
 * The live door: takes what accepts an event stream. graphql-yoga parses and judges the document as it does at its own
 * door, and words every error; what is a good subscription becomes a stream here, or a refusal that says when to come
 * again.
 */
import { errorResponse } from "../error_response.ts";
import { type Asked, unread } from "../graphql/asked.ts";
import { requestContext } from "../graphql/request_context.ts";
import type { StreamContext } from "../graphql/subscriptions.ts";
import { clientAddress } from "./client_address.ts";
import { STREAM_HEADERS } from "./event.ts";
import type { Live } from "./live.ts";
import type { LiveRefusal } from "./live_metrics.ts";

export interface StreamDoorDeps {
  readonly live: Pick<Live, "watch">;
  readonly proxyHops: number;
  /** graphql-yoga. */
  readonly next: (request: Request, context: StreamContext) => Promise<Response>;
}

export function createStreamDoor(
  { live, proxyHops, next }: StreamDoorDeps,
): (asked: Asked) => Promise<Response> {
  return (asked) => {
    const { request, connection } = asked;
    return next(unread(asked), {
      ...requestContext(request),
      openStream(subscription) {
        const watched = live.watch(subscription, clientAddress(request, { connection, proxyHops }));
        return typeof watched === "string"
          ? refusalOf(watched)
          : new Response(watched, { headers: STREAM_HEADERS });
      },
    });
  };
}

function refusalOf(reason: LiveRefusal): Response {
  switch (reason) {
    case "full":
      return overloaded("As many watch as may; try again later", "30");
    case "documents":
      return overloaded(
        "Too many different subscriptions are watched; ask for what others ask, or later",
        "30",
      );
    case "stopping":
      return overloaded("The server stops; subscribe again", "1");
    case "address":
      return errorResponse({
        status: 429,
        code: "TOO_MANY_STREAMS",
        message: "As many watch from your address as may; close one, or try again later",
        headers: { "retry-after": "30" },
      });
    default:
      return reason satisfies never;
  }
}

function overloaded(message: string, seconds: string): Response {
  return errorResponse({ status: 503, code: "OVERLOADED", message, headers: { "retry-after": seconds } });
}
