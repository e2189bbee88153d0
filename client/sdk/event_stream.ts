/** Reads server-sent events (text/event-stream), as the HTML standard tells them, from the body of an answer. */

/** What one event may hold; a leaderboard of a hundred names of 64 code points is some 30 KiB. */
const EVENT_LENGTH_MAX = 4 * 2 ** 20;

export interface StreamEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

/**
 * Yields the events of each piece that arrives, together: none where the piece held but a comment, which is a sign of
 * life. Whoever leaves early cancels the stream.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<readonly StreamEvent[]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = createEventParser();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      yield parse(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Of a stream that has failed, the failure is told by read().
    await reader.cancel().catch(() => {});
  }
}

/** Returns a parser that takes a stream piece by piece and gives the events that each piece completes. */
export function createEventParser(): (piece: string) => StreamEvent[] {
  let rest = "";
  let event = "";
  let lines: string[] = [];
  let length = 0;

  function takeLine(line: string): StreamEvent | undefined {
    if (line === "") {
      const done = lines.length > 0 ? { event: event || "message", data: lines.join("\n") } : undefined;
      [event, lines, length] = ["", [], 0];
      return done;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    if (field === "data") lines.push(value);
    length += line.length;
    return undefined;
  }

  return (piece) => {
    // A line may end in CR, LF or both; a CR at the end of a piece may be the first half of one.
    const text = rest + piece;
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const found = whole.split(/\r\n|\r|\n/);
    rest = (found.pop() ?? "") + text.slice(whole.length);
    const events = found.map(takeLine).filter((event) => event !== undefined);
    if (length + rest.length > EVENT_LENGTH_MAX) {
      throw new RangeError(
        `Read a stream of events of ${EVENT_LENGTH_MAX} characters each: got a longer one`,
      );
    }
    return events;
  };
}
