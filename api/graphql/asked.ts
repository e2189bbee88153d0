/** A request that may reach GraphQL: its body is read, and what it accepts is known. */
import { type AnswerType, STREAM_TYPE, type StreamType } from "../content_rules.ts";
import type { Connection } from "../live/client_address.ts";

export interface Asked {
  /** Its body is spent where it is a POST. */
  readonly request: Request;
  /** Of a POST alone: whatever else carries one, nobody reads it. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly answerType: AnswerType | StreamType;
  /** Undefined where the host tells nothing of it. */
  readonly connection?: Connection | undefined;
}

/** Wants an answer, and not a stream. */
export interface AskedOnce extends Asked {
  readonly answerType: AnswerType;
}

export function isAskedOnce(asked: Asked): asked is AskedOnce {
  return asked.answerType !== STREAM_TYPE;
}

/** The request as it came. */
export function unread({ request, body }: Pick<Asked, "request" | "body">): Request {
  if (!body) return request;
  const { url, method, headers } = request;
  return new Request(url, { method, headers, body });
}
