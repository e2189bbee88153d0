/** Options of the client, their defaults and the rules between them. */
import { type CastClock, systemClock } from "./clock.ts";
import { CastUsageError } from "./errors.ts";
import type { Fetch, TokenSource } from "./transport.ts";

export interface CastClientOptions {
  /** Where the API listens: `https://vote.example.org/graphql`. In a browser it may be relative to the page. */
  readonly url: string | URL;
  /** A voter's token, or what gives one for each request; for servers that want to know who votes. */
  readonly token?: TokenSource | undefined;
  /** How long a call goes on until it gives up: 30 s unless told otherwise. */
  readonly deadlineMs?: number | undefined;
  /** How long one answer is waited for within a call: 5 s unless told otherwise. */
  readonly attemptMs?: number | undefined;
  /** How long a stream may say nothing, not even a heartbeat, until it is taken for dead: 40 s unless told otherwise. */
  readonly silenceMs?: number | undefined;
  /** CAST_REQUEST_LIFE_MS of the server: 120 s unless told otherwise. */
  readonly requestLifeMs?: number | undefined;
  readonly fetch?: Fetch | undefined;
  readonly clock?: CastClock | undefined;
  /** Numbers from 0 to 1, for the jitter of waits. */
  readonly random?: (() => number) | undefined;
}

export interface ClientSettings {
  readonly url: string;
  readonly token: TokenSource | undefined;
  readonly deadlineMs: number;
  readonly attemptMs: number;
  readonly silenceMs: number;
  readonly requestLifeMs: number;
  readonly fetch: Fetch;
  readonly clock: CastClock;
  readonly random: () => number;
}

/** Throws CastUsageError for what cannot work. */
export function readOptions(options: CastClientOptions): ClientSettings {
  const { requestLifeMs = 120_000, deadlineMs = 30_000, attemptMs = 5_000, silenceMs = 40_000 } = options;
  for (const [name, value] of Object.entries({ requestLifeMs, deadlineMs, attemptMs, silenceMs })) {
    if (!(Number.isFinite(value) && value > 0)) {
      throw new CastUsageError(`Set ${name} to a number of milliseconds above 0: got ${value}`);
    }
  }
  checkDeadline(deadlineMs, requestLifeMs);
  return {
    url: readUrl(options.url),
    token: options.token,
    ...{ requestLifeMs, deadlineMs, attemptMs, silenceMs },
    // Not fetch itself: it must be called as a function of the global object.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}

/** A repeat may come as late as the deadline, and is counted once only while its requestId is remembered for certain. */
export function checkDeadline(deadlineMs: number, requestLifeMs: number): void {
  if (deadlineMs > 0 && deadlineMs < requestLifeMs / 2) return;
  throw new CastUsageError(
    `Set deadlineMs above 0 and below half of requestLifeMs: got ${deadlineMs}, wanted less than ${
      requestLifeMs / 2
    }`,
  );
}

function readUrl(url: string | URL): string {
  const { location } = globalThis as { location?: { href: string } };
  const parsed = URL.parse(String(url), location?.href);
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return parsed.href;
  throw new CastUsageError(`Set url to the address of the API, http or https: got "${url}"`);
}
