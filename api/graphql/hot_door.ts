/**
 * The hot door: stands in front of graphql-yoga and answers what has been asked before, at a fraction of its cost.
 *
 * It answers a JSON POST of a known operation whose variables fit the schema, and hands everything else on as it came.
 * Nothing is executed before that is decided, so no request is executed twice. What it answers is what graphql-yoga would
 * have answered: the resolvers, the error mask and the writing of results are the same.
 */
import { type FetchAPI, processRegularResult } from "graphql-yoga";
import { type AskedOnce, unread } from "./asked.ts";
import type { Values } from "./input.ts";
import type { KnownOperations, OperationKey } from "./known_operations.ts";
import { resultIn } from "./not_ready.ts";
import { requestContext } from "./request_context.ts";

/**
 * A larger body is not looked into here: what it says would be parsed twice. The largest vote, its names written as
 * escapes, has 16 KiB; the rest is for the document.
 */
const BODY_BYTES_MAX = 20_480;
/** Drops a byte order mark and replaces what is not UTF-8, as reading a request as JSON does. */
const decoder = new TextDecoder();
/** All that the writing of a result uses of it. */
const FETCH_API = { Response } as FetchAPI;

export interface HotDoorDeps {
  readonly known: KnownOperations;
  /** graphql-yoga. */
  readonly next: (request: Request) => Promise<Response>;
}

export type HotDoor = (asked: AskedOnce) => Promise<Response>;

export function createHotDoor({ known, next }: HotDoorDeps): HotDoor {
  return async (asked) => {
    const { request, body, answerType } = asked;
    const question = body && body.length <= BODY_BYTES_MAX ? readQuestion(decoder.decode(body)) : undefined;
    const operation = question && known.find(question);
    const args = operation?.argumentsFrom(question?.variables ?? {});
    if (!operation || !args) return next(unread(asked));
    const result = await operation.execute(args, requestContext(request));
    return processRegularResult(resultIn(answerType, result), FETCH_API, answerType);
  };
}

interface Question extends OperationKey {
  readonly variables: Values | undefined;
}

/** Returns undefined for a body that is not a request as the specification writes it: graphql-yoga says what is wrong. */
function readQuestion(text: string): Question | undefined {
  const body = parseJson(text);
  if (!isObject(body)) return undefined;
  for (const key in body) if (!PARAMETERS.has(key)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== "string") return undefined;
  if (operationName != null && typeof operationName !== "string") return undefined;
  if (variables != null && !isObject(variables)) return undefined;
  if (extensions != null && !isObject(extensions)) return undefined;
  return { text: query, operationName: operationName ?? undefined, variables: variables ?? undefined };
}

const PARAMETERS = new Set(["query", "operationName", "variables", "extensions"]);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
