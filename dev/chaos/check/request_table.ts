/**
 * What is known of every request: one id with one content. The same id with another content, which a voter sends to see
 * it refused, is a request of its own.
 */
import { createColumn } from "./column.ts";

/** Answers that a request got. */
export const ACCEPTED = 1;
export const UNKNOWN_ANSWER = 2;
export const REFUSED = 4;
/** Unknown before it was accepted. */
export const SETTLED = 8;

const SEVERAL_TICKETS = 2 ** 32 - 1;

export type RequestTable = ReturnType<typeof createRequestTable>;

export function createRequestTable() {
  const indexes = new Map<string, number>();
  const rivals = new Map<string, number[]>();
  const contents = createColumn(Float64Array);

  const has = (index: number | undefined, content: number): index is number =>
    index !== undefined && contents.get(index) === content;
  function find(requestId: string, content: number): number | undefined {
    const first = indexes.get(requestId);
    if (first === undefined || has(first, content)) return first;
    return rivals.get(requestId)?.find((index) => has(index, content));
  }
  const tickets = createColumn(Uint32Array);
  let size = 0;

  return {
    flags: createColumn(Uint8Array),
    /** The number of the ticket that admitted it, from 1; undefined where that cannot be told. */
    ticket(index: number): number | undefined {
      const number = tickets.get(index);
      return number === 0 || number === SEVERAL_TICKETS ? undefined : number;
    },
    /** This one may have admitted it. */
    noteTicket(index: number, number = SEVERAL_TICKETS): void {
      const known = tickets.get(index);
      tickets.set(index, known === 0 || known === number ? number : SEVERAL_TICKETS);
    },
    /** When the first call began that was not refused. */
    triedAt: createColumn(Float64Array),
    /** What it was answered, as a key. */
    totals: createColumn(Float64Array),
    /** When the last call began that was answered ACCEPTED. */
    acceptedAt: createColumn(Float64Array),
    /** Rows that count it. */
    counted: createColumn(Uint8Array),

    find,
    findOrAdd(requestId: string, content: number): number {
      const known = find(requestId, content);
      if (known !== undefined) return known;
      const index = size++;
      contents.set(index, content);
      if (!indexes.has(requestId)) indexes.set(requestId, index);
      else rivals.set(requestId, [...(rivals.get(requestId) ?? []), index]);
      return index;
    },
    /** Of any content. */
    knows: (requestId: string) => indexes.has(requestId),
    /** All requests under one id. */
    under(requestId: string): number[] {
      const first = indexes.get(requestId);
      return first === undefined ? [] : [first, ...(rivals.get(requestId) ?? [])];
    },
    *entries(): Generator<readonly [requestId: string, index: number]> {
      yield* indexes;
      for (const [requestId, others] of rivals) for (const index of others) yield [requestId, index];
    },
  };
}
