/** Reads a stream as an EventSource does: lines into events, comments counted. */

export interface SseEvent {
  readonly event: string;
  readonly data: string;
}

export interface SseReader extends AsyncDisposable {
  readonly response: Response;
  /** What has come and was not taken yet. */
  readonly events: SseEvent[];
  comments(): number;
  ended(): boolean;
  /** Why it ended, where not as it should. */
  failure(): unknown;
}

export function readEvents(response: Response): SseReader {
  const events: SseEvent[] = [];
  let comments = 0;
  let ended = false;
  let failure: unknown;
  const reader = response.body?.pipeThrough(
    new TextDecoderStream() as TransformStream<Uint8Array<ArrayBuffer>, string>,
  ).getReader();

  function take(block: string): void {
    const lines = block.split("\n");
    comments += lines.filter((line) => line.startsWith(":")).length;
    const field = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim())
        .join("\n");
    if (lines.some((line) => line.startsWith("data"))) {
      events.push({ event: field("event") || "message", data: field("data") });
    }
  }

  async function readAll(): Promise<void> {
    let text = "";
    try {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        const blocks = (text + part.value).split("\n\n");
        text = blocks.pop() ?? "";
        blocks.forEach(take);
      }
    } catch (error) {
      failure = error;
    }
    ended = true;
  }

  const reading = readAll();
  return {
    response,
    events,
    comments: () => comments,
    ended: () => ended,
    failure: () => failure,
    async [Symbol.asyncDispose]() {
      await reader?.cancel().catch(() => {});
      await reading;
    },
  };
}
