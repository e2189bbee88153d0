/**
 * What every request passes on its way to GraphQL, whichever door answers it: the path, a place among the requests under
 * way, the rules of its content, and its body within its bounds. Each step is cheaper than the next. A request for another
 * path is the page's, where there is one: its answer lies ready, so it needs no place.
 *
 * Nothing of GraphQL begins before the body is whole, and nothing here or behind it looks at the request's signal: what
 * was begun is brought to its end, whatever the client does.
 */
import { judgeContent, notAcceptable } from "./content_rules.ts";
import { errorResponse } from "./error_response.ts";
import { type Asked, type AskedOnce, isAskedOnce } from "./graphql/asked.ts";
import { GRAPHQL_PATH, REQUEST_BYTES_MAX } from "./graphql/yoga.ts";
import { createBodyReader } from "./hardening/body_reader.ts";
import { type CappedRequests, capRequests } from "./hardening/request_cap.ts";
import { addSafetyHeaders } from "./hardening/response_headers.ts";
import type { Connection } from "./live/client_address.ts";

/** Far longer than any honest client takes for a few hundred bytes. */
export const BODY_WAIT_MS_MAX = 5000;

export interface EntranceOptions {
  readonly requestsMax: number;
  readonly bodyWaitMsMax?: number | undefined;
  /** Answers who accepts a stream; absent where none is served, and then nobody can be answered in one. */
  readonly stream?: (asked: Asked) => Promise<Response>;
  /** Told of every answer to a request that did not come as far as GraphQL. */
  readonly onRefused?: (answer: Response) => void;
  /** Answers what is not asked of GraphQL, with headers of its own; undefined where there is nothing. */
  readonly page?: ((request: Request) => Response | undefined) | undefined;
}

export function createEntrance(
  graphql: (asked: AskedOnce) => Promise<Response>,
  { requestsMax, bodyWaitMsMax = BODY_WAIT_MS_MAX, stream, onRefused = () => {}, page = () => undefined }:
    EntranceOptions,
): CappedRequests {
  const isOurs = createPathRule();
  const readBody = createBodyReader({ bytesMax: REQUEST_BYTES_MAX, waitMsMax: bodyWaitMsMax });

  async function admit(request: Request, connection: Connection | undefined): Promise<Asked | Response> {
    const answerType = judgeContent(request);
    if (answerType instanceof Response) return answerType;
    const body = request.method === "POST" ? await readBody(request) : undefined;
    return body instanceof Response ? body : { request, body, answerType, connection };
  }

  function refused(answer: Response): Response {
    onRefused(answer);
    return answer;
  }

  const { fetch: ask, underWay } = capRequests(async (request, connection) => {
    const asked = await admit(request, connection);
    if (asked instanceof Response) return refused(asked);
    if (isAskedOnce(asked)) return await graphql(asked);
    return stream ? await stream(asked) : refused(notAcceptable());
  }, { requestsMax, refused: () => refused(overloaded()) });
  return {
    fetch: async (request, connection) => {
      if (isOurs(request)) return addSafetyHeaders(await ask(request, connection));
      return page(request) ?? addSafetyHeaders(refused(notFound()));
    },
    underWay,
  };
}

function createPathRule(): (request: Request) => boolean {
  // Nearly every request has the URL of the one before it, and parsing one takes as long as reading all its headers.
  let lastUrl: string | undefined;
  return ({ url }) => {
    if (url === lastUrl) return true;
    // Null where a Host header made a URL of it that is none.
    if (URL.parse(url)?.pathname !== GRAPHQL_PATH) return false;
    lastUrl = url;
    return true;
  };
}

function notFound(): Response {
  return errorResponse({ status: 404, code: "NOT_FOUND", message: `Ask ${GRAPHQL_PATH}` });
}

function overloaded(): Response {
  return errorResponse({
    status: 503,
    code: "OVERLOADED",
    message: "Too many requests are under way; try again shortly",
    headers: { "retry-after": "1" },
  });
}
