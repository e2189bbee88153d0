/**
 * The hot door: stands in front of graphql-yoga and answers what has been asked before, at a fraction of its cost.
 *
 * It answers a JSON POST of a known operation whose variables fit the schema, and hands everything else on as it came.
 * Nothing is executed before that is decided, so no request is executed twice. What it answers is what graphql-yoga would
 * have answered: the resolvers, the error mask and the writing of results are the same.
 */
import { type FetchAPI, processRegularResult } from "graphql-yoga";
import type { AnswerType } from "../content_rules.ts";
import type { Values } from "./input.ts";
import type { KnownOperations, OperationKey } from "./known_operations.ts";

/**
 * A body that is larger, or whose length is not declared, is not read here. The largest vote, its names written as
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

export type HotDoor = (request: Request, answerType: AnswerType) => Promise<Response>;

export function createHotDoor({ known, next }: HotDoorDeps): HotDoor {
  return async (request, answerType) => {
    if (request.method !== "POST" || !isSmall(request)) return next(request);
    const body = await readBody(request);
    const asked = readAsked(decoder.decode(body));
    const operation = asked && known.find(asked);
    const args = operation?.argumentsFrom(asked?.variables ?? {});
    if (!operation || !args) return next(withBody(request, body));
    return processRegularResult(await operation.execute(args), FETCH_API, answerType);
  };
}

function isSmall({ headers }: Request): boolean {
  const length = headers.get("content-length");
  return length !== null && /^\d+$/.test(length) && Number(length) <= BODY_BYTES_MAX;
}

/** A client that hung up in the middle has sent nothing that means anything; graphql-yoga answers it as such. */
async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await request.bytes();
  } catch {
    return new Uint8Array();
  }
}

interface Asked extends OperationKey {
  readonly variables: Values | undefined;
}

/** Returns undefined for a body that is not a request as the specification writes it: graphql-yoga says what is wrong. */
function readAsked(text: string): Asked | undefined {
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

/** The request with its body unread. */
function withBody({ url, method, headers }: Request, body: Uint8Array<ArrayBuffer>): Request {
  return new Request(url, { method, headers, body });
}
