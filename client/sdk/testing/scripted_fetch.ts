/** An API that answers what a test has written down, operation by operation. */
import type { Fetch } from "../transport.ts";

export interface Call {
  /** Name of the operation: `Vote`, `Ticket`, … */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly url: string;
  readonly signal: AbortSignal;
}

/** Throws what fetch would throw. */
export type Reply = (call: Call) => Response | Promise<Response>;

export interface ScriptedFetch {
  readonly fetch: Fetch;
  readonly calls: readonly Call[];
  /** Calls of one operation. */
  of(operation: string): readonly Call[];
}

/** Each operation has its replies, one for each call; the last answers every call that comes after it. */
export function createScriptedFetch(script: Readonly<Record<string, readonly Reply[]>>): ScriptedFetch {
  const calls: Call[] = [];
  const of = (operation: string) => calls.filter((call) => call.operation === operation);
  return {
    calls,
    of,
    async fetch(url, init) {
      const { query, variables } = JSON.parse(String(init.body));
      const operation = /^\w+ (\w+)/.exec(query)?.[1] ?? "";
      const call = { operation, variables, headers: new Headers(init.headers), url, signal: init.signal! };
      const replies = script[operation] ?? [];
      const reply = replies[Math.min(of(operation).length, replies.length - 1)];
      calls.push(call);
      if (!reply) throw new Error(`Answer ${operation}: the script has no reply`);
      return await reply(call);
    },
  };
}

export function json(body: unknown, init?: ResponseInit): Response {
  return Response.json(body, init);
}

/** A ticket whose name is its text. */
export function ticketReply(
  { ticket = "t1", validUntil, uses = 100 }: { ticket?: string; validUntil: number; uses?: number },
): Reply {
  const validUntilText = new Date(validUntil).toISOString();
  return () => json({ data: { cas: { ticket, validUntil: validUntilText, remainingUsage: uses } } });
}

/** Counts the vote: each name gets what it asked for. */
export const accepted: Reply = ({ variables: { usernames, voteCount } }) =>
  json({
    data: { vote: { success: true, code: "ACCEPTED", message: "ok", usernames, votes: voteCount } },
  });

export function refused(code: string): Reply {
  return () =>
    json({ data: { vote: { success: false, code, message: `is ${code}`, usernames: [], votes: [] } } });
}

export function errorReply(
  { code, status = 200, path, headers = {} }: {
    code: string;
    status?: number;
    path?: string;
    headers?: Record<string, string>;
  },
): Reply {
  const error = { message: `is ${code}`, extensions: { code }, ...(path ? { path: [path] } : {}) };
  return () => json({ errors: [error] }, { status, headers });
}

/** Never answers: ends as fetch does when its signal aborts. */
export const hang: Reply = ({ signal }) =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

export const cut: Reply = () => Promise.reject(new TypeError("connection reset"));
