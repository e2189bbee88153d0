/** A request that may reach GraphQL: its body is read, and what it accepts is known. */
import type { AnswerType } from "../content_rules.ts";

export interface Asked {
  /** Its body is spent where it is a POST. */
  readonly request: Request;
  /** Of a POST alone: whatever else carries one, nobody reads it. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly answerType: AnswerType;
}

/** The request as it came. */
export function unread({ request, body }: Asked): Request {
  if (!body) return request;
  const { url, method, headers } = request;
  return new Request(url, { method, headers, body });
}
