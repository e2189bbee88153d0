/**
 * How "not ready" is told over HTTP. In GraphQL's own media type the status speaks: 503 with Retry-After, and no data
 * beside the error, which GraphQL over HTTP asks for where the status is no success. In application/json every result
 * that is well-formed has status 200, so only Retry-After tells it there. A vote that is refused as NOT_READY is data, and
 * none of this.
 *
 * A field that may be null leaves the data of others standing: where there is any, the answer is a success in either type.
 */
import { type ExecutionResult, GraphQLError } from "graphql";
import type { AnswerType, StreamType } from "../content_rules.ts";

/** What graphql-yoga reads from an error; it is never sent. */
export const NOT_READY_HTTP = { status: 503, spec: true, headers: { "retry-after": "1" } } as const;

export function resultIn(answerType: AnswerType | StreamType, result: ExecutionResult): ExecutionResult {
  const { data, errors } = result;
  if (answerType !== "application/graphql-response+json" || !errors?.some(isNotReady)) return result;
  if (hasData(result)) return { ...result, errors: errors.map(withoutStatus) };
  // A field that may be null is no more an answer than no data at all.
  return data !== undefined && errors.every(isNotReady) ? { errors } : result;
}

function hasData({ data }: ExecutionResult): boolean {
  return Object.values(data ?? {}).some((value) => value !== null);
}

function isNotReady({ extensions }: { extensions: Readonly<Record<string, unknown>> }): boolean {
  return extensions.code === "NOT_READY";
}

function withoutStatus(error: GraphQLError): GraphQLError {
  if (!isNotReady(error)) return error;
  const { nodes = null, source = null, positions = null, path = null, extensions } = error;
  const { headers } = NOT_READY_HTTP;
  return new GraphQLError(error.message, {
    nodes,
    source,
    positions,
    path,
    extensions: { ...extensions, http: { headers } },
  });
}
