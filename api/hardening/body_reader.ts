/**
 * Reads the body of a request within a bound of bytes and of time, before anything looks at what it says. Until it is
 * whole nothing is begun, so that a client which stalls or breaks off has voted for nothing.
 *
 * A length that is declared is judged before a byte is read; one that is not is counted as it comes. The listener holds
 * a body to its declared length.
 */
import { errorResponse } from "../error_response.ts";
import { createPatience } from "./patience.ts";

/** Returns the whole body, or the answer to a request whose body is none. */
export type ReadBody = (request: Request) => Promise<Uint8Array<ArrayBuffer> | Response>;

export interface BodyBounds {
  readonly bytesMax: number;
  /** From the headers to the last byte. */
  readonly waitMsMax: number;
}

export function createBodyReader({ bytesMax, waitMsMax }: BodyBounds): ReadBody {
  const inTime = createPatience(waitMsMax);
  return async (request) => {
    const declared = request.headers.get("content-length");
    if (declared !== null && Number(declared) > bytesMax) return tooLarge();
    try {
      // In one piece where the length is known: a stream costs a turn of the event loop for each chunk.
      const body = await inTime(declared === null ? readStream(request, bytesMax) : request.bytes());
      if (body === undefined) return tooSlow();
      return body === "too large" || body.length > bytesMax ? tooLarge() : body;
    } catch {
      return brokenOff();
    }
  };
}

async function readStream(
  { body }: Request,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | "too large"> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  // Leaving early cancels the stream, and the listener drops what else comes of it.
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > bytesMax) return "too large";
    chunks.push(chunk);
  }
  return join(chunks, length);
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tooLarge(): Response {
  return errorResponse({
    status: 413,
    code: "REQUEST_ENTITY_TOO_LARGE",
    message: "Send a smaller request",
  });
}

function tooSlow(): Response {
  return errorResponse({
    status: 408,
    code: "REQUEST_TIMEOUT",
    message: "Send the whole request at once",
    headers: { connection: "close" },
  });
}

/** Read by nobody: the client is gone. */
function brokenOff(): Response {
  return errorResponse({ status: 400, code: "BAD_REQUEST", message: "Send the whole body" });
}
