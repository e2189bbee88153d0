/**
 * What one answer of the API means for whoever asked: may it be repeated, and may the request have had its effect? Where
 * that cannot be told the answer is `lost`.
 */
import { readRetryAfter } from "./backoff.ts";

export type Answer<T> =
  | { readonly kind: "answered"; readonly data: T }
  | Busy
  | Rejected
  | Lost;

/** Nothing was done; the same request may succeed later. */
export interface Busy {
  readonly kind: "busy";
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

/** Nothing was done, and the same request will fail again. */
export interface Rejected {
  readonly kind: "rejected";
  readonly code: string;
  readonly message: string;
}

/** It may have been done or not: no answer, or one that does not say. */
export interface Lost {
  readonly kind: "lost";
  readonly code: string;
  readonly message: string;
}

/** An ExecutionResult, as far as it is looked at. */
export interface ResultBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly ResultError[];
}

interface ResultError {
  readonly message?: string;
  readonly path?: readonly unknown[];
  readonly extensions?: { readonly code?: unknown };
}

/** Of an attempt that nobody answered. */
export const UNREACHABLE = "UNREACHABLE";

/** The API says with these that it has not begun. */
const BUSY_CODES: ReadonlySet<string> = new Set(["NOT_READY", "OVERLOADED", "REQUEST_TIMEOUT"]);
/** Raised by a field, and yet before it did anything. */
const REJECTED_CODES: ReadonlySet<string> = new Set(["INPUT_INVALID", "BAD_USER_INPUT"]);
const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

/** `data` of the answer is not looked into. */
export async function readAnswer<T>(response: Response): Promise<Answer<T>> {
  const body = parse(await response.text());
  return judgeResult<T>(body, { status: response.status, retryAfterMs: readRetryAfter(response.headers) });
}

export function judgeResult<T>(
  body: ResultBody | undefined,
  { status, retryAfterMs }: { status: number; retryAfterMs?: number | undefined },
): Answer<T> {
  const error = body?.errors?.[0];
  if (body?.data && !error) return { kind: "answered", data: body.data as T };
  const code = typeof error?.extensions?.code === "string" ? error.extensions.code : `HTTP_${status}`;
  const message = error?.message ?? `The answer had status ${status} and no result`;
  if (BUSY_CODES.has(code) || status === TOO_MANY_REQUESTS) {
    return { kind: "busy", code, message, retryAfterMs };
  }
  return { kind: isRejection({ error, code, status }) ? "rejected" : "lost", code, message };
}

/** An error of a field comes when its work has begun, unless its code says otherwise; one without a path comes before. */
function isRejection(
  { error, code, status }: { error: ResultError | undefined; code: string; status: number },
): boolean {
  if (status >= 500 || status === REQUEST_TIMEOUT) return false;
  if (error === undefined) return status >= 400;
  return REJECTED_CODES.has(code) || error.path === undefined;
}

/** What stands between may answer with a page of its own. */
function parse(text: string): ResultBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body as ResultBody : undefined;
  } catch {
    return undefined;
  }
}
