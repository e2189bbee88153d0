/**
 * Which requests reach GraphQL at all. Every rule must hold before anything is read:
 *
 * A POST carries JSON. A page of another site can send the "simple" types (forms, plain text, or none) without asking
 * first, and a visitor's browser would vote for it. Not compressed: a kilobyte of it could stand for a gigabyte.
 *
 * The client accepts JSON, or a stream of events. Otherwise the vote would be counted and its answer withheld. Whoever
 * lists the stream first gets one, and so must have sent a subscription.
 *
 * A GET asks for no leave of its site, and neither does a browser's EventSource: both only read, and no header of ours
 * lets a page of another site see what comes. Its visitor's address pays for the stream.
 */

import { errorResponse } from "./error_response.ts";

const JSON_TYPE = "application/json";
const RESPONSE_TYPE = "application/graphql-response+json";

/** The media type of streams, in which subscriptions are answered. */
export const STREAM_TYPE = "text/event-stream";

/** The media types that answers come in. */
export type AnswerType = typeof JSON_TYPE | typeof RESPONSE_TYPE;
export type StreamType = typeof STREAM_TYPE;

const ANSWER_TYPES: ReadonlyMap<string, AnswerType | StreamType> = new Map<string, AnswerType | StreamType>([
  ["*/*", JSON_TYPE],
  ["application/*", JSON_TYPE],
  [JSON_TYPE, JSON_TYPE],
  [RESPONSE_TYPE, RESPONSE_TYPE],
  [STREAM_TYPE, STREAM_TYPE],
]);

/** Returns the type to answer in, or the refusal of a request that must not reach GraphQL. */
export function judgeContent({ method, headers }: Request): AnswerType | StreamType | Response {
  if (method === "POST") {
    if (!carriesJson(headers.get("content-type"))) {
      return errorResponse({
        status: 415,
        code: "UNSUPPORTED_MEDIA_TYPE",
        message: `Send the request as ${JSON_TYPE}`,
      });
    }
    if (!isPlain(headers.get("content-encoding"))) {
      return errorResponse({
        status: 415,
        code: "UNSUPPORTED_MEDIA_TYPE",
        message: "Send the request uncompressed",
        headers: { "accept-encoding": "identity" },
      });
    }
  }
  return answerTypeFor(headers.get("accept")) ?? notAcceptable();
}

export function notAcceptable(): Response {
  return errorResponse({
    status: 406,
    code: "NOT_ACCEPTABLE",
    message: `Accept ${JSON_TYPE} or ${RESPONSE_TYPE}, or ${STREAM_TYPE} for a subscription`,
  });
}

/** To the letter, as graphql-yoga reads it: what passes here must not be turned away there without a word. */
function carriesJson(contentType: string | null): boolean {
  if (contentType === JSON_TYPE) return true;
  if (!contentType?.startsWith(`${JSON_TYPE};`)) return false;
  // JSON is UTF-8; a media type that says otherwise asks for what nobody can give.
  const charset = parametersOf(contentType).find((parameter) => parameter.startsWith("charset="));
  return charset === undefined || charset.replaceAll('"', "") === "charset=utf-8";
}

function isPlain(contentEncoding: string | null): boolean {
  return contentEncoding === null || normal(contentEncoding) === "identity";
}

/** The first that the client lists. Charsets as graphql-yoga reads them: it would count the vote and answer 406. */
function answerTypeFor(accept: string | null): AnswerType | StreamType | undefined {
  const listed = accept || "*/*";
  const plain = ANSWER_TYPES.get(listed);
  if (plain) return plain;
  for (const text of listed.split(",")) {
    const charset = parametersOf(text).find((parameter) => parameter.includes("charset="));
    if (charset !== undefined && charset !== "charset=utf-8") continue;
    const answerType = ANSWER_TYPES.get(normal(text).split(";")[0] ?? "");
    if (answerType) return answerType;
  }
  return undefined;
}

function parametersOf(mediaType: string): string[] {
  return normal(mediaType).split(";").slice(1);
}

function normal(mediaType: string): string {
  return mediaType.toLowerCase().replaceAll(/\s/g, "");
}
