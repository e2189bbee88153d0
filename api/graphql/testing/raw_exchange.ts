/** One HTTP exchange over a connection of its own, byte by byte as the test wants it: fetch would mend what it sends. */

export interface RawRequest {
  readonly method?: string;
  /** As it stands in the request line. */
  readonly target?: string;
  /** Sent as they are and in this order; without them none but the host's and the framing's. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** How the end of the body is told. */
  readonly framing?: "length" | "chunked" | "none";
  /** Latin-1, sent in the place of all of it. */
  readonly raw?: string;
}

export interface RawAnswer {
  readonly status: number;
  /** Sorted, in lower case, without the date and what concerns this connection alone. */
  readonly headers: readonly string[];
  readonly body: string;
}

const CHUNK_BYTES = 1000;
/** Of this moment or this connection. */
const UNCOMPARED = /^(date|connection|keep-alive):/;

export async function exchange(port: number, request: RawRequest): Promise<RawAnswer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  // A server that refuses early may close before it has read all: what it answered counts.
  const sending = send(connection, requestBytes(request)).catch(() => {});
  const bytes = await readAll(connection);
  await sending;
  return parseAnswer(bytes);
}

export function requestBytes(
  { method = "POST", target = "/graphql", headers = [], body, framing = "length", raw }: RawRequest,
): Uint8Array {
  if (raw !== undefined) return Uint8Array.from(raw, (character) => character.charCodeAt(0));
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body ?? new Uint8Array();
  const lines = [`${method} ${target} HTTP/1.1`, "host: cast.test", "connection: close"];
  if (body !== undefined && framing === "length") lines.push(`content-length: ${bytes.length}`);
  if (body !== undefined && framing === "chunked") lines.push("transfer-encoding: chunked");
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  const head = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
  return concat([head, ...(framing === "chunked" ? chunks(bytes) : [bytes])]);
}

function chunks(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const line = (text: string) => new TextEncoder().encode(`${text}\r\n`);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const part = bytes.subarray(at, at + CHUNK_BYTES);
    parts.push(line(part.length.toString(16)), part, line(""));
  }
  return [...parts, line("0"), line("")];
}

async function send(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function readAll(connection: Deno.TcpConn): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of connection.readable) parts.push(part);
  } catch (error) {
    // Closed with bytes of ours unread.
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return concat(parts);
}

/** Latin-1 keeps every byte, so that bodies which are not UTF-8 differ where their bytes do. */
export function parseAnswer(bytes: Uint8Array): RawAnswer {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const end = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...headers] = text.slice(0, end).split("\r\n");
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: headers.map((header) => header.replace(/^[^:]+/, (name) => name.toLowerCase()))
      .filter((header) => !UNCOMPARED.test(header)).sort(),
    body: text.slice(end + 4),
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
