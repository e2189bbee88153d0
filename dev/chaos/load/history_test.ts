import { assertEquals, assertRejects } from "@std/assert";
import { type HistoryLine, ticketEpoch, ticketName } from "./history.ts";
import { readHistory } from "./history_reader.ts";
import { createHistory } from "./history_writer.ts";

async function linesOf(path: string): Promise<HistoryLine[]> {
  return (await Array.fromAsync(readHistory(path))).flat();
}

async function inFile(act: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await act(path);
  } finally {
    await Deno.remove(path);
  }
}

const CALL = {
  t0: 1,
  t1: 2.5,
  api: 0,
  requestId: "r-1",
  content: `"names":["李 \\"x\\""],"counts":[2],"voter":"eve"`,
  ticket: "k1.0.5.1000",
  attempt: 1,
};

Deno.test("a history is read back as it was written, each line with its time", () =>
  inFile(async (path) => {
    let now = 70;
    const history = createHistory(path, { clock: { now: () => now, wallMs: () => 9000 + now } });
    now = 75.126;
    history.api({ api: 0, url: "http://api" });
    history.event({ event: "redis_forgot", sinceT: 3, fault: "wiped" });
    history.ticket({
      t0: 4,
      t: 5,
      api: 0,
      ticket: "k1.0.5.1000",
      epoch: 5,
      opensAt: 1000,
      remaining: 9,
      validUntilMs: 3000,
    });
    history.call({ ...CALL, outcome: "ACCEPTED", totals: [7] });
    history.call({ ...CALL, outcome: "unknown", why: "timeout" });
    assertEquals(history.callCount(), 2);
    history.close();
    const { content: _content, ...call } = CALL;
    const asked = { kind: "call" as const, ...call, names: ['李 "x"'], counts: [2], voter: "eve" };
    assertEquals(await linesOf(path), [
      { kind: "begin", v: 1, wallMs: 9070 },
      { kind: "api", t: 5.13, api: 0, url: "http://api" },
      { kind: "event", t: 5.13, wallMs: 9075.126, event: "redis_forgot", sinceT: 3, fault: "wiped" },
      {
        kind: "ticket",
        t0: 4,
        t: 5,
        api: 0,
        ticket: "k1.0.5.1000",
        epoch: 5,
        opensAt: 1000,
        remaining: 9,
        validUntilMs: 3000,
        wallMs: 9075.126,
      },
      { ...asked, outcome: "ACCEPTED", totals: [7] },
      { ...asked, outcome: "unknown", why: "timeout" },
    ]);
  }));

Deno.test("a history longer than any buffer is read back whole, in pieces", () =>
  inFile(async (path) => {
    const history = createHistory(path);
    const count = 20_000;
    for (let attempt = 0; attempt < count; attempt++) {
      history.call({ ...CALL, attempt, outcome: "NOT_READY" });
    }
    history.close();
    const pieces = await Array.fromAsync(readHistory(path));
    assertEquals(pieces.length > 1, true);
    const attempts = pieces.flat().flatMap((line) => line.kind === "call" ? [line.attempt] : []);
    assertEquals(attempts, Array.from({ length: count }, (_, attempt) => attempt));
  }));

Deno.test("an event is in the file at once, with what came before it", () =>
  inFile(async (path) => {
    const history = createHistory(path);
    history.call({ ...CALL, outcome: "NOT_READY" });
    history.event({ event: "redis_gone" });
    assertEquals((await linesOf(path)).map(({ kind }) => kind), ["begin", "call", "event"]);
    history.close();
  }));

Deno.test("a last line that was cut is left out, a broken one before it is an error", () =>
  inFile(async (path) => {
    const begin = JSON.stringify({ kind: "begin", v: 1, wallMs: 0 });
    await Deno.writeTextFile(path, `${begin}\n{"kind":"ca`);
    assertEquals((await linesOf(path)).length, 1);
    await Deno.writeTextFile(path, `${begin}\n{"kind":"ca\n`);
    await assertRejects(() => linesOf(path), Error, "Read line 2 of the history");
  }));

Deno.test("ticketName() leaves out the mac, ticketEpoch() reads the epoch", () => {
  assertEquals(ticketName("k1.0.1790000000000.17.mac-_x"), "k1.0.1790000000000.17");
  assertEquals(ticketEpoch("k1.0.1790000000000.17"), 1_790_000_000_000);
});
