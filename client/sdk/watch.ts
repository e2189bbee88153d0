/**
 * A subscription as an endless sequence. Each frame holds the whole state, so after a cut the client subscribes again and
 * is up to date with the first frame; whoever is slow gets the newest of the frames that came meanwhile.
 */
import {
  type Answer,
  type Busy,
  judgeResult,
  type Lost,
  readAnswer,
  type Rejected,
  UNREACHABLE,
} from "./answer.ts";
import { backoffMs, readRetryAfter } from "./backoff.ts";
import type { CastClock } from "./clock.ts";
import { createEnding, untilAborted } from "./ending.ts";
import { CastRequestError } from "./errors.ts";
import { readEvents } from "./event_stream.ts";
import { type Question, reasonOf, type Transport } from "./transport.ts";

/** A stream that ends sooner after its first frame has failed: else it would be subscribed to ten times a second, for ever. */
const LIVED_MS_MIN = 5_000;

/** Why a stream was left; it is subscribed to again. */
export interface StreamCut {
  readonly code: string;
  readonly message: string;
}

export interface WatchOptions {
  /** Ends the sequence, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Told each time that the stream is cut, before the client waits and subscribes again. */
  readonly onCut?: ((cut: StreamCut) => void) | undefined;
}

export interface WatchDeps {
  readonly transport: Transport;
  readonly clock: CastClock;
  readonly random: () => number;
  /** A stream that says nothing for so long, not even a heartbeat, is taken for dead. */
  readonly silenceMs: number;
}

/** Throws CastRequestError where the API does not understand the question; every other end is a cut. */
export async function* watch<T>(
  question: Question,
  { signal, onCut, deps }: WatchOptions & { deps: WatchDeps },
): AsyncGenerator<T, void, undefined> {
  const { clock, random } = deps;
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  if (signal?.aborted) leave();
  signal?.addEventListener("abort", leave);
  let failures = 0;
  try {
    while (!leaving.signal.aborted) {
      let cut: Busy | Lost = { kind: "lost", code: UNREACHABLE, message: "The stream has ended" };
      let firstFrameAtMs: number | undefined;
      for await (const answer of frames<T>(question, { signal: leaving.signal, deps })) {
        if (answer.kind === "rejected") throw new CastRequestError(answer.message, { code: answer.code });
        if (answer.kind !== "answered") {
          cut = answer;
          break;
        }
        firstFrameAtMs ??= clock.now();
        yield answer.data;
      }
      if (leaving.signal.aborted) return;
      onCut?.({ code: cut.code, message: cut.message });
      const hasLived = firstFrameAtMs !== undefined && clock.now() - firstFrameAtMs >= LIVED_MS_MIN;
      failures = hasLived ? 1 : failures + 1;
      const retryAfterMs = cut.kind === "busy" ? cut.retryAfterMs : undefined;
      await clock.sleep(backoffMs({ count: failures, retryAfterMs }, random()), leaving.signal);
    }
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

/** One stream, to its end: its frames, and at last why it ended if it says so. Never throws. */
async function* frames<T>(
  question: Question,
  { signal, deps }: { signal: AbortSignal; deps: WatchDeps },
): AsyncGenerator<Answer<T>, void, undefined> {
  const { transport, clock, silenceMs } = deps;
  const closing = new AbortController();
  const close = () => closing.abort();
  if (signal.aborted) return;
  signal.addEventListener("abort", close);
  let pieces: ReturnType<typeof readEvents> | undefined;
  try {
    const response = await inTime(transport.subscribe(question, closing.signal));
    if (response === undefined) return yield silent();
    if ("kind" in response) return yield response;
    if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
      return yield asNoStream(await readAnswer<T>(response));
    }
    const { status, headers } = response;
    const retryAfterMs = readRetryAfter(headers);
    pieces = readEvents(response.body);
    while (true) {
      const piece = await inTime(pieces.next());
      if (piece === undefined) return yield silent();
      if (piece.done) return;
      const newest = piece.value.findLast(({ event }) => event === "next");
      if (newest) yield judgeResult<T>(JSON.parse(newest.data), { status, retryAfterMs });
      if (piece.value.some(({ event }) => event === "complete")) return;
    }
  } catch (error) {
    yield { kind: "lost", code: UNREACHABLE, message: reasonOf(error) };
  } finally {
    signal.removeEventListener("abort", close);
    // Ends a read that is under way; not waited for, since a dead stream may not even end.
    close();
    pieces?.return(undefined).catch(() => {});
  }

  async function inTime<V>(promise: Promise<V>): Promise<V | undefined> {
    const ending = createEnding({ clock, withinMs: silenceMs });
    try {
      return await untilAborted(promise, ending.signal);
    } finally {
      ending.release();
    }
  }
}

function silent(): Lost {
  return { kind: "lost", code: UNREACHABLE, message: "The stream has fallen silent" };
}

/** A result in place of a stream says that the API knows no such stream. */
function asNoStream<T>(answer: Answer<T>): Busy | Lost | Rejected {
  if (answer.kind !== "answered") return answer;
  return {
    kind: "rejected",
    code: "NOT_A_STREAM",
    message: "The API answered with a result in place of a stream",
  };
}
