/** Server-sent events as graphql-yoga writes them: graphql-sse in "distinct connections mode". */

export type Chunk = Uint8Array<ArrayBuffer>;

/** A comment: nobody is told anything, and what stands between keeps the connection. It also begins every stream. */
export const HEARTBEAT_TEXT = ":\n\n";

/**
 * As graphql-yoga sends them. A body of which nobody says how it is encoded would be compressed, and so held back; the last
 * is for nginx, which holds it back otherwise.
 */
export const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "connection": "keep-alive",
  "content-encoding": "none",
  "x-accel-buffering": "no",
} as const;

const encoder = new TextEncoder();

export function encodeChunk(text: string): Chunk {
  return encoder.encode(text);
}

/** `json` is an execution result on one line, as JSON always is. */
export function nextEvent(json: string): string {
  return `event: next\ndata: ${json}\n\n`;
}
