/**
 * One stream of somebody who watches. It holds at most two chunks that the listener has not taken: each says all there
 * is, so a viewer who reads slowly misses some and is never far behind. One who reads nothing for a while is cut off.
 */
import { type Chunk, encodeChunk, HEARTBEAT_TEXT } from "./event.ts";

/** What stands between server and browser often closes a connection that is silent for a minute. */
export const HEARTBEAT_MS = 12_000;
/** As long as two heartbeats and a half: whoever reads nothing of them is gone, or wants to be waited for. */
export const STALLED_MS_MAX = 30_000;

const heartbeat = encodeChunk(HEARTBEAT_TEXT);

/** `idle`: there was nothing to write, or no room for it. */
export type Visit = "wrote" | "beat" | "idle" | "cut";

export interface Viewer {
  readonly stream: ReadableStream<Uint8Array>;
  /** Brings what there is to be shown, which may be what was brought before. */
  visit(chunk: Chunk | undefined, nowMs: number): Visit;
  /** Ends the stream, as a server that stops ends a response. */
  close(): void;
}

export interface ViewerOptions {
  readonly nowMs: number;
  /** The client has hung up. */
  readonly onGone: () => void;
}

export function createViewer({ nowMs: beganMs, onGone }: ViewerOptions): Viewer {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let shown: Chunk | undefined;
  let writtenMs = beganMs;
  let stalledSinceMs: number | undefined;

  const stream = new ReadableStream<Uint8Array>({
    start(opened) {
      controller = opened;
      // Some browsers hold the response back until its body begins.
      opened.enqueue(heartbeat);
    },
    cancel: onGone,
    // One for the beginning, one for the first chunk.
  }, { highWaterMark: 2 });

  function write(chunk: Chunk, nowMs: number): void {
    controller?.enqueue(chunk);
    writtenMs = nowMs;
    stalledSinceMs = undefined;
  }

  function hasRoom(): boolean {
    return (controller?.desiredSize ?? 0) > 0;
  }

  /** Without a wait for what was not read yet. */
  function cut(): void {
    controller?.error(new Error("Read the stream: nothing was read for too long"));
  }

  function stall(nowMs: number): Visit {
    stalledSinceMs ??= nowMs;
    if (nowMs - stalledSinceMs < STALLED_MS_MAX) return "idle";
    cut();
    return "cut";
  }

  function visit(chunk: Chunk | undefined, nowMs: number): Visit {
    const isNews = chunk !== undefined && chunk !== shown;
    if (!isNews && nowMs - writtenMs < HEARTBEAT_MS) return "idle";
    if (!hasRoom()) return stall(nowMs);
    write(isNews ? chunk : heartbeat, nowMs);
    if (!isNews) return "beat";
    shown = chunk;
    return "wrote";
  }

  return {
    stream,
    visit,
    close: () => hasRoom() ? controller?.close() : cut(),
  };
}
