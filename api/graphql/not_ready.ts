/**
 * How "not ready" is told over HTTP. In GraphQL's own media type the status speaks: 503 with Retry-After, and no data
 * beside the error, which GraphQL over HTTP asks for where the status is no success. In application/json every result
 * that is well-formed has status 200, so only Retry-After tells it there. A vote that is refused as NOT_READY is data, and
 * none of this.
 */
import type { ExecutionResult } from "graphql";
import type { AnswerType } from "../content_rules.ts";

/** What graphql-yoga reads from an error; it is never sent. */
export const NOT_READY_HTTP = { status: 503, spec: true, headers: { "retry-after": "1" } } as const;

export function resultIn(answerType: AnswerType, result: ExecutionResult): ExecutionResult {
  const { data, errors } = result;
  if (data !== null || answerType !== "application/graphql-response+json" || !errors?.every(isNotReady)) {
    return result;
  }
  return { errors };
}

function isNotReady({ extensions }: { extensions: Readonly<Record<string, unknown>> }): boolean {
  return extensions.code === "NOT_READY";
}
