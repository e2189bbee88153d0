/**
 * GraphQL errors: requests that break the schema, and faults. A refused vote is neither; it is data. Every error carries
 * `extensions.code`, and nothing of a fault's inside leaves the process: clients get the id under which it was logged.
 */
import { GraphQLError } from "graphql";
import type { Logger } from "../../shared/log/logger.ts";
import { NOT_READY_HTTP } from "./not_ready.ts";

/** Codes of ours; graphql-yoga adds its own for requests that are malformed. */
export type ErrorCode =
  | "INPUT_INVALID"
  | "NOT_READY"
  | "OUTCOME_UNKNOWN"
  | "BAD_USER_INPUT"
  | "INTERNAL_ERROR";

/** Of a shard that is closed, whether the vote or a read finds it so. */
export const SHARD_CLOSED = "Voting is closed at the moment; try again shortly";

/** What graphql-yoga reads from an error to choose the status; it is never sent. */
interface StatusHint {
  readonly status?: number;
  readonly spec?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export function inputInvalidError(detail: string): GraphQLError {
  return codedError("INPUT_INVALID", detail);
}

export function notReadyError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "NOT_READY", http: NOT_READY_HTTP } });
}

export function closedError(): GraphQLError {
  return notReadyError(SHARD_CLOSED);
}

export function outcomeUnknownError(): GraphQLError {
  return codedError(
    "OUTCOME_UNKNOWN",
    "The vote was sent but not answered: it may or may not have been counted. Repeat it with the same requestId to " +
      "get its answer; without a requestId, a repeat may count twice",
  );
}

/** Returns what graphql-yoga runs over every error but those of validation, which it codes itself. */
export function createErrorMask(log: Logger): (error: unknown) => GraphQLError {
  return (error) => isRequestError(error) ? requestError(error) : fault(error, log);
}

/** True when no link of the chain is anything but a GraphQL error: it was raised for the client to read. */
function isRequestError(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return error.originalError == null || isRequestError(error.originalError);
}

/** Keeps the code and drops every other extension: graphql-yoga puts causes there. */
function requestError(error: GraphQLError): GraphQLError {
  const { code = "BAD_USER_INPUT" } = error.extensions;
  const hint = statusHint(error);
  return located(error, { message: error.message, extensions: { code, ...(hint ? { http: hint } : {}) } });
}

function statusHint({ extensions: { http, originalError }, path }: GraphQLError): StatusHint | undefined {
  // Named by graphql-yoga where a body is not JSON: then the status is 400 whatever media type the client takes.
  if (http && originalError) return { status: 400 };
  // Without a path nothing was executed: GraphQL over HTTP wants 400 for it where the client takes its media type.
  return (http as StatusHint | undefined) ?? (path ? undefined : { status: 400, spec: true });
}

function fault(error: unknown, log: Logger): GraphQLError {
  const failureId = crypto.randomUUID();
  const cause = error instanceof GraphQLError ? error.originalError ?? error : error;
  const path = error instanceof GraphQLError ? error.path?.join(".") : undefined;
  log.error("request_failed", { failureId, path, error: cause });
  return located(error instanceof GraphQLError ? error : undefined, {
    message: "Internal error",
    // `unexpected` makes the status 500 where nothing was executed; it is never sent.
    extensions: { code: "INTERNAL_ERROR", failureId, unexpected: true },
  });
}

function codedError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** An error at the same place of the document, without the original and what hangs on it. */
function located(
  place: GraphQLError | undefined,
  { message, extensions }: { message: string; extensions: Record<string, unknown> },
): GraphQLError {
  const { nodes = null, source = null, positions = null, path = null } = place ?? {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
