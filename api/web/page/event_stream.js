// @ts-check
/**
 * Reads `text/event-stream` from text that comes in pieces, by the rules of the HTML standard that a server of ours can
 * meet: CR, LF or both end a line, an empty line ends an event, a line that begins with a colon is a heartbeat.
 *
 * @typedef {{ readonly event: string, readonly data: string }} StreamEvent
 */

/** UTF-16 units of one event. A frame of a hundred long names has about 20,000. */
export const EVENT_LENGTH_MAX = 1_000_000;

/**
 * Returns what takes the next piece. It throws where an event does not end.
 *
 * @param {(event: StreamEvent) => void} onEvent
 * @returns {(piece: string) => void}
 */
export function createEventReader(onEvent) {
  let rest = "";
  let event = "";
  /** @type {string[]} */
  let data = [];
  let length = 0;

  /** @param {string} line */
  function take(line) {
    if (line === "") {
      // An event without data is none, by the standard; `complete` is sent with an empty one.
      if (event !== "" || data.length > 0) onEvent({ event: event || "message", data: data.join("\n") });
      [event, data, length] = ["", [], 0];
      return;
    }
    length += line.length;
    if (length > EVENT_LENGTH_MAX) throw new Error("Read an event: it does not end");
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") event = value ?? "";
    else if (field === "data") data.push(value ?? "");
  }

  return (piece) => {
    const text = rest + piece;
    // A CR at the end may be half of a CRLF.
    const lines = (text.endsWith("\r") ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + (text.endsWith("\r") ? "\r" : "");
    if (rest.length > EVENT_LENGTH_MAX) throw new Error("Read an event: a line does not end");
    for (const line of lines) take(line);
  };
}
