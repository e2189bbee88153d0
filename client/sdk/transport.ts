/** One request to the API at a time: GraphQL as JSON by POST. Repeats nothing. */
import { type Answer, type Busy, readAnswer, UNREACHABLE } from "./answer.ts";
import type { CastClock } from "./clock.ts";
import { createEnding, untilAborted } from "./ending.ts";

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;
/** A voter's token, or what gives one for each request. */
export type TokenSource = string | (() => string | Promise<string>);

export interface Question {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** By the clock: from then on it is not sent, also where timers stood still and the signal is late. */
  readonly sendBeforeMs?: number | undefined;
}

export interface Transport {
  /** Never throws for what the network does; once the signal aborts the answer is `lost`, or `busy` for want of a token. */
  ask<T>(question: Question, signal: AbortSignal): Promise<Answer<T>>;
  /** Opens a stream of events; `busy` without the token for it, else rejects as fetch does. */
  subscribe(question: Question, signal: AbortSignal): Promise<Response | Busy>;
}

/** What gives the voter's token has failed. */
const TOKEN_UNAVAILABLE = "TOKEN_UNAVAILABLE";

export interface TransportOptions {
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: CastClock;
  readonly token: TokenSource | undefined;
  /** How long one answer is waited for, the token for its request included. */
  readonly attemptMs: number;
}

interface Bearer {
  readonly kind: "bearer";
  /** Undefined where the client has no token to send. */
  readonly text: string | undefined;
}

export function createTransport({ url, fetch, clock, token, attemptMs }: TransportOptions): Transport {
  async function post(
    question: Question,
    { accept, bearer, signal }: { accept: string; bearer: string | undefined; signal: AbortSignal },
  ): Promise<Response> {
    return await fetch(url, {
      method: "POST",
      headers: {
        accept,
        "content-type": "application/json",
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query: question.document, variables: question.variables ?? {} }),
      signal,
    });
  }

  /** `busy` where the function that gives it fails, gives none, or hangs until the signal aborts. */
  async function takeToken(signal: AbortSignal): Promise<Bearer | Busy> {
    if (typeof token !== "function") return { kind: "bearer", text: token };
    try {
      const text = await untilAborted((async () => await token())(), signal);
      if (typeof text === "string") return { kind: "bearer", text };
      return busy(TOKEN_UNAVAILABLE, signal.aborted ? "No token came in time" : "No token was given");
    } catch (error) {
      return busy(TOKEN_UNAVAILABLE, reasonOf(error));
    }
  }

  return {
    async ask(question, signal) {
      const { sendBeforeMs = Infinity } = question;
      const ending = createEnding({ clock, withinMs: attemptMs, signal });
      try {
        const bearer = await takeToken(ending.signal);
        if (bearer.kind === "busy") return bearer;
        if (clock.now() >= sendBeforeMs) {
          return busy(UNREACHABLE, "It was too late to send the request");
        }
        const accept = "application/graphql-response+json";
        return await readAnswer(await post(question, { accept, bearer: bearer.text, signal: ending.signal }));
      } catch (error) {
        const message = ending.signal.aborted ? "No answer came in time" : reasonOf(error);
        return { kind: "lost", code: UNREACHABLE, message };
      } finally {
        ending.release();
      }
    },
    async subscribe(question, signal) {
      // Of the token alone: the stream itself may last.
      const ending = createEnding({ clock, withinMs: attemptMs, signal });
      const bearer = await takeToken(ending.signal).finally(ending.release);
      if (bearer.kind === "busy") return bearer;
      return await post(question, { accept: "text/event-stream", bearer: bearer.text, signal });
    },
  };
}

/** Nothing was sent. */
function busy(code: string, message: string): Busy {
  return { kind: "busy", code, message, retryAfterMs: undefined };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
