/** Sends hostile requests, each over a connection of its own, and says where an answer is not what it must be. */
import { parseAnswer, type RawAnswer, requestBytes } from "../../graphql/testing/raw_exchange.ts";
import { type HostileEntry, TICKET } from "./corpus/entry.ts";

/** Prepared beforehand, so that sending costs little. */
export interface Attack {
  readonly entry: HostileEntry;
  readonly bytes: Uint8Array;
}

export function prepareAttacks(entries: readonly HostileEntry[], ticket: string): Attack[] {
  return entries.map((entry) => ({ entry, bytes: requestBytes(withTicket(entry, ticket)) }));
}

/** Reads until the answer is whole: the listener leaves a connection open whose request never ends. */
export async function attack(port: number, { bytes }: Attack): Promise<RawAnswer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  // A server that refuses early may close before it has read all: what it answered counts.
  const sending = send(connection, bytes).catch(() => {});
  const answer = await readAnswer(connection);
  // Ends what is still being sent.
  connection.close();
  await sending;
  return answer;
}

/** Returns what is wrong with an answer, or undefined. */
export function wrongIn(
  { status, headers, body }: RawAnswer,
  { expected }: HostileEntry,
): string | undefined {
  const wanted = `${expected.status} ${expected.code ?? ""}`.trim();
  const got = expected.code === undefined ? `${status}` : `${status} ${codeOf(body)}`;
  if (got !== wanted) return `wanted ${wanted}, got ${status} ${body.slice(0, 300)}`;
  if (body.includes("INTERNAL_ERROR")) return `got an internal error: ${body.slice(0, 300)}`;
  if (/Did you mean/i.test(body)) return `got a suggestion: ${body.slice(0, 300)}`;
  // What the listener answers by itself has no body.
  if (body !== "" && !headers.some((header) => /^x-content-type-options: nosniff$/i.test(header))) {
    return "got no nosniff";
  }
  return undefined;
}

function withTicket(entry: HostileEntry, ticket: string): HostileEntry {
  const { body, target } = entry;
  return {
    ...entry,
    ...(typeof body === "string" ? { body: body.replaceAll(TICKET, ticket) } : {}),
    ...(target === undefined ? {} : { target: target.replaceAll(encodeURIComponent(TICKET), ticket) }),
  };
}

function codeOf(body: string): string {
  try {
    // A stream tells it in an event.
    return JSON.parse(/^data: (.+)$/m.exec(body)?.[1] ?? body).errors[0].extensions.code;
  } catch {
    return "no code";
  }
}

async function send(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at, at + 65_536));
}

async function readAnswer(connection: Deno.TcpConn): Promise<RawAnswer> {
  const parts: number[] = [];
  const buffer = new Uint8Array(65_536);
  try {
    while (!isWhole(parts)) {
      const count = await connection.read(buffer);
      if (count === null) break;
      parts.push(...buffer.subarray(0, count));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return parts.length === 0 ? { status: 0, headers: [], body: "" } : parseAnswer(Uint8Array.from(parts));
}

function isWhole(bytes: readonly number[]): boolean {
  const { headers, body, status } = parseAnswer(Uint8Array.from(bytes));
  const length = headers.find((header) => header.startsWith("content-length:"))?.slice(15);
  return status > 0 && length !== undefined && body.length >= Number(length);
}
