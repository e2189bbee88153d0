/**
 * HTTP/1.1 POST over connections that are kept, with nothing that a vote does not need. One such call costs a third of
 * what `fetch` or undici cost the processor, which on a machine that also runs the system is the system's.
 *
 * It understands answers with a content-length. Everything else, an end of the connection included, rejects: what has
 * become of the request is then unknown.
 */

export interface HttpClient {
  /** The body must be ASCII. It is asked for when a connection is free, so that it can carry what is fresh by then. */
  post(body: () => string): Promise<string>;
  /** Ends the calls that have taken too long; to be called now and then. */
  expire(): void;
  close(): void;
}

export interface HttpClientOptions {
  readonly url: URL;
  readonly callMsMax?: number;
  /** Calls above it wait for one to come free. */
  readonly connectionsMax?: number;
  readonly nowMs?: () => number;
}

interface Connection {
  readonly socket: Deno.TcpConn;
  readonly buffer: Uint8Array<ArrayBuffer>;
  begunMs: number;
}

const CALL_MS_MAX = 10_000;
const CONNECTIONS_MAX = 256;
const ANSWER_BYTES_MAX = 16_384;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { url, callMsMax = CALL_MS_MAX, connectionsMax = CONNECTIONS_MAX } = options;
  const { nowMs = () => performance.now() } = options;
  const address = { hostname: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) };
  const head = `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n`;
  const idle: Connection[] = [];
  const busy = new Set<Connection>();
  /** Told of a connection that has come free, or of nothing: then there is room for another. */
  const waiting: ((kept?: Connection) => void)[] = [];
  let [opened, closed] = [0, false];

  async function take(): Promise<Connection> {
    const kept = idle.pop();
    if (kept) return kept;
    if (opened >= connectionsMax) {
      const freed = Promise.withResolvers<Connection | undefined>();
      waiting.push(freed.resolve);
      return await freed.promise ?? await take();
    }
    opened++;
    try {
      const socket = await Deno.connect(address);
      if (closed) socket.close();
      socket.setNoDelay();
      return { socket, buffer: new Uint8Array(ANSWER_BYTES_MAX), begunMs: 0 };
    } catch (error) {
      opened--;
      waiting.shift()?.();
      throw error;
    }
  }
  function give(connection: Connection, { isGood }: { isGood: boolean }): void {
    busy.delete(connection);
    const next = waiting.shift();
    if (isGood && !closed) return next ? next(connection) : void idle.push(connection);
    opened--;
    closeSocket(connection);
    next?.();
  }
  return {
    async post(body) {
      const connection = await take();
      connection.begunMs = nowMs();
      busy.add(connection);
      let isGood = false;
      try {
        const content = body();
        const request = `${head}content-length: ${content.length}\r\n\r\n${content}`;
        const answer = await exchange(connection, request);
        isGood = answer.isKept;
        return answer.body;
      } finally {
        give(connection, { isGood });
      }
    },
    expire() {
      const before = nowMs() - callMsMax;
      for (const connection of busy) if (connection.begunMs < before) closeSocket(connection);
    },
    close() {
      closed = true;
      for (const connection of [...idle.splice(0), ...busy]) closeSocket(connection);
    },
  };
}

async function exchange(
  { socket, buffer }: Connection,
  request: string,
): Promise<{ body: string; isKept: boolean }> {
  const bytes = encoder.encode(request);
  if (await socket.write(bytes) < bytes.length) throw new Error("Send a request: it did not fit");
  let length = 0;
  while (length < buffer.length) {
    const count = await socket.read(buffer.subarray(length));
    if (count === null) throw new Error("Read an answer: the connection has ended");
    length += count;
    const text = decoder.decode(buffer.subarray(0, length));
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) continue;
    const answerHead = text.slice(0, headEnd);
    const bodyLength = /\r\ncontent-length: *(\d+)/i.exec(answerHead)?.[1];
    if (bodyLength === undefined) throw new Error("Read an answer: it has no content-length");
    const begin = headEnd + 4;
    const end = begin + Number(bodyLength);
    if (length < end) continue;
    const isKept = length === end && !/\r\nconnection: *close/i.test(answerHead);
    return { body: decoder.decode(buffer.subarray(begin, end)), isKept };
  }
  throw new Error(`Read an answer: it is longer than ${ANSWER_BYTES_MAX} bytes`);
}

function closeSocket({ socket }: Connection): void {
  try {
    socket.close();
  } catch {
    // It was closed before.
  }
}
