/**
 * Writes the history through a buffer of bounded size, each time without waiting for anybody: a line that was taken is in
 * the file after `close`, or in the buffer of a runner that died.
 */
import type { ApiLine, CallLine, HistoryLine, RunEvent, TicketLine } from "./history.ts";

export interface History {
  /** ms since the history was begun. */
  nowT(): number;
  event(event: RunEvent): void;
  api(line: Omit<ApiLine, "kind" | "t">): void;
  ticket(line: Omit<TicketLine, "kind" | "wallMs">): void;
  /** `content` is names, counts and voter as members of a JSON object: the voter has made that text for its call. */
  call(line: Omit<CallLine, "kind" | "names" | "counts" | "voter"> & { readonly content: string }): void;
  /** Calls written so far. */
  callCount(): number;
  flush(): void;
  close(): void;
}

export interface HistoryClock {
  /** Never steps. */
  readonly now: () => number;
  readonly wallMs: () => number;
}

const BUFFER_LENGTH_MAX = 1 << 18;
const SYSTEM_CLOCK: HistoryClock = { now: () => performance.now(), wallMs: () => Date.now() };

/** Begins a new file in the place of an old one. */
export function createHistory(
  path: string,
  { clock = SYSTEM_CLOCK }: { clock?: HistoryClock } = {},
): History {
  const file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const encoder = new TextEncoder();
  const begunAt = clock.now();
  let buffer = "";
  let calls = 0;

  function flush(): void {
    const bytes = encoder.encode(buffer);
    buffer = "";
    for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
  }
  function add(text: string): void {
    buffer += `${text}\n`;
    if (buffer.length >= BUFFER_LENGTH_MAX) flush();
  }
  const write = (line: HistoryLine) => add(JSON.stringify(line));
  const nowT = () => rounded(clock.now() - begunAt);

  write({ kind: "begin", v: 1, wallMs: clock.wallMs() });
  return {
    nowT,
    event(event) {
      write({ kind: "event", t: nowT(), wallMs: clock.wallMs(), ...event });
      // A runner that dies at a fault leaves what led to it.
      flush();
    },
    api: (line) => write({ kind: "api", t: nowT(), ...line }),
    ticket: (line) => write({ kind: "ticket", ...line, wallMs: clock.wallMs() }),
    call(line) {
      calls++;
      add(callText(line));
    },
    callCount: () => calls,
    flush,
    close() {
      flush();
      file.close();
    },
  };
}

/** By hand: of everything in the file these lines are nearly all. */
function callText(
  { t0, t1, api, requestId, content, ticket, attempt, outcome, why, totals }: Parameters<History["call"]>[0],
): string {
  const rest = (why === undefined ? "" : `,"why":${JSON.stringify(why)}`) +
    (totals === undefined ? "" : `,"totals":[${totals.join(",")}]`);
  return `{"kind":"call","t0":${rounded(t0)},"t1":${rounded(t1)},"api":${api},"requestId":"${requestId}",` +
    `${content},"ticket":"${ticket}","attempt":${attempt},"outcome":"${outcome}"${rest}}`;
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
