import { assert, assertEquals, assertThrows } from "@std/assert";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import {
  accepted,
  failed,
  type FakeAnswers,
  type FakeApi,
  fakeTicket,
  MAC,
  refused,
  startFakeApi,
} from "./fake_api.ts";
import { type CallLine, type HistoryLine, type LoadCounts, ticketEpoch } from "./history.ts";
import { readHistory } from "./history_reader.ts";
import { createHistory } from "./history_writer.ts";
import { type Load, type LoadOptions, startLoad } from "./load.ts";

interface Ran {
  readonly lines: readonly HistoryLine[];
  readonly calls: readonly CallLine[];
  readonly text: string;
  readonly counts: LoadCounts;
}

/** Runs a load until `until` holds, and reads its history. */
async function run(
  apis: readonly FakeApi[],
  { until, ...options }: Partial<LoadOptions> & { until: (load: Load) => boolean },
): Promise<Ran> {
  const path = await Deno.makeTempFile();
  const history = createHistory(path);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const endpoints = () => apis.map(({ url }) => url);
  const plain = { perSecond: 200, stubbornShare: 0, repeatShare: 0 };
  const load = startLoad({ endpoints, history, ...plain, ...options, signal });
  try {
    await waitFor(() => until(load), { what: "the load to get there" });
    const counts = await load.finish();
    history.flush();
    const lines = (await Array.fromAsync(readHistory(path))).flat();
    const calls = lines.filter((line) => line.kind === "call");
    return { lines, calls, counts, text: await Deno.readTextFile(path) };
  } finally {
    stop.abort();
    await load.finish();
    history.close();
    await Deno.remove(path);
  }
}

const acceptedCount = (count: number) => (load: Load) => load.counts().accepted >= count;
/** Fails each request's first call. */
function failFirst(answer: (requestId: string) => unknown): FakeAnswers {
  const seen = new Set<string>();
  return {
    vote: (vote) => seen.size < seen.add(vote.requestId).size ? answer(vote.requestId) : accepted(vote),
  };
}

Deno.test("startLoad() votes as asked, writes down what was asked and answered, and no mac", async () => {
  await using api = startFakeApi();
  const { calls, counts, text, lines } = await run([api], { until: acceptedCount(50), voterShare: 0.5 });
  assertEquals(counts.accepted, counts.arrived);
  assertEquals(counts.due, counts.arrived);
  const sent = new Map(api.votes.map((vote) => [vote.requestId, vote]));
  assertEquals(sent.size, counts.arrived);
  for (const { requestId, names, counts, voter, totals, ticket, outcome, attempt, api } of calls) {
    const vote = sent.get(requestId);
    assertEquals([names, counts, voter], [vote?.usernames, vote?.voteCount, vote?.voterUsername]);
    assertEquals({ totals, outcome, attempt, api, ticket }, {
      totals: vote?.voteCount,
      outcome: "ACCEPTED",
      attempt: 0,
      api: 0,
      ticket: "k1.0.1.1000",
    });
  }
  assert(calls.some(({ voter }) => voter !== undefined) && calls.some(({ voter }) => voter === undefined));
  assert(calls.some(({ names }) => names.length > 1));
  assert(!text.includes(MAC));
  assertEquals(lines.filter((line) => line.kind === "event").map(({ event }) => event), [
    "load_begun",
    "load_ended",
  ]);
});

Deno.test("a voter who does not know, or may try again, does so under the same request id", async () => {
  const unclear = [
    () => failed("OUTCOME_UNKNOWN"),
    () => new Response("gone", { status: 502 }),
    ...["NOT_READY", "TICKET_EXPIRED", "TICKET_EXHAUSTED", "OVERLOADED"].map((code) => () => refused(code)),
  ];
  for (const answer of unclear) {
    await using api = startFakeApi(failFirst(answer));
    const { calls, counts } = await run([api], { until: acceptedCount(3), perSecond: 50 });
    assertEquals(counts.accepted, counts.arrived);
    const [first] = calls;
    const mine = calls.filter(({ requestId }) => requestId === first?.requestId);
    assertEquals(mine.map(({ attempt }) => attempt), [0, 1]);
    assertEquals(mine[0]?.names, mine[1]?.names);
    assertEquals(mine[1]?.outcome, "ACCEPTED");
  }
});

Deno.test("what is no answer is unknown, and says why", async () => {
  await using broken = startFakeApi({ vote: () => failed("INTERNAL_ERROR") });
  await using garbled = startFakeApi({ vote: () => new Response("<html>") });
  const wanted: [FakeApi, string][] = [[broken, "INTERNAL_ERROR"], [garbled, "not_json"]];
  for (const [api, why] of wanted) {
    const stop = new AbortController();
    const { calls, counts } = await run([api], {
      until: () => {
        if (api.votes.length > 0) stop.abort();
        return stop.signal.aborted;
      },
      signal: stop.signal,
    });
    assertEquals([calls[0]?.outcome, calls[0]?.why], ["unknown", why]);
    assert(counts.gaveUpUnknown > 0);
    assertEquals(counts.accepted, 0);
  }
});

Deno.test("a call without an answer ends, and the voter goes to the other API", async () => {
  const hanging = Promise.withResolvers<unknown>();
  await using dead = startFakeApi({ vote: () => hanging.promise });
  await using alive = startFakeApi();
  const { calls, counts } = await run([dead, alive], {
    until: (load) => load.counts().accepted >= 5 && dead.votes.length > 0,
    callMsMax: 100,
    perSecond: 20,
  });
  hanging.resolve(refused("NOT_READY"));
  assertEquals(counts.accepted, counts.arrived);
  const timedOut = calls.filter(({ outcome }) => outcome === "unknown");
  assert(timedOut.length > 0);
  assert(timedOut.every(({ why, api }) => why === "timeout" && api === 0));
});

Deno.test("a refusal that is final ends the voter", async () => {
  await using api = startFakeApi({ vote: () => refused("TICKET_INVALID") });
  const { counts, calls } = await run([api], { until: (load) => load.counts().gaveUpRefused >= 5 });
  assertEquals(counts.gaveUpRefused, counts.arrived);
  assertEquals(calls.length, counts.arrived);
});

Deno.test("who comes above the cap is counted as shed", async () => {
  const hanging = Promise.withResolvers<unknown>();
  await using api = startFakeApi({ vote: () => hanging.promise });
  const { counts } = await run([api], {
    votersMax: 3,
    until: (load) => {
      if (load.counts().shed < 10) return false;
      assertEquals(load.voting(), 3);
      hanging.resolve(refused("TICKET_INVALID"));
      return true;
    },
  });
  assertEquals(counts.due, counts.arrived + counts.shed);
});

Deno.test("voters wait while no ticket is to be had, and give up when patience is over", async () => {
  await using api = startFakeApi({ ticket: () => undefined });
  const { counts, calls } = await run([api], {
    until: (load) => load.counts().neverCalled >= 5,
    patienceMs: 50,
  });
  assertEquals(counts.neverCalled, counts.arrived);
  assertEquals(calls, []);
});

Deno.test("a voter whose ticket was used up waits for one that has uses", async () => {
  let remaining = 0;
  const seen = new Set<string>();
  await using api = startFakeApi({
    remaining: () => remaining,
    ticket: () => fakeTicket(1, 1000),
    vote: (vote) => {
      seen.add(vote.requestId);
      return remaining === 0 ? refused("TICKET_EXHAUSTED") : accepted(vote);
    },
  });
  const { calls } = await run([api], {
    until: (load) => {
      if (seen.size >= 60) remaining = 100;
      return load.counts().accepted >= 5;
    },
  });
  const refusedCalls = calls.filter(({ outcome }) => outcome === "TICKET_EXHAUSTED");
  assert(refusedCalls.length > 0);
  assert(refusedCalls.every(({ attempt }) => attempt === 0));
});

Deno.test("a stubborn voter calls with an old ticket first, also one of an older epoch", async () => {
  let asked = 0;
  await using api = startFakeApi({
    ticket: () => fakeTicket(1 + Math.floor(asked++ / 2), 1000 * asked),
    vote: (vote) => vote.ticket.includes(`.${1000 * asked}.`) ? accepted(vote) : refused("TICKET_EXPIRED"),
  });
  const { lines, calls } = await run([api], {
    stubbornShare: 1,
    perSecond: 100,
    until: (load) => load.counts().accepted >= 5 && asked >= 5,
  });
  const tickets = lines.filter((line) => line.kind === "ticket");
  let [old, olderEpoch] = [0, 0];
  for (const { attempt, ticket, t0 } of calls) {
    const current = tickets.findLast(({ t }) => t <= t0);
    if (attempt > 0 || !current || ticket === current.ticket) continue;
    old++;
    if (ticketEpoch(ticket) < current.epoch) olderEpoch++;
  }
  assert(old > olderEpoch && olderEpoch > 0, `${old} old ones, ${olderEpoch} of an older epoch`);
});

Deno.test("an accepted voter repeats its vote, or another under the same id", async () => {
  await using api = startFakeApi();
  const { calls, counts } = await run([api], { repeatShare: 1, until: acceptedCount(20) });
  assertEquals(calls.length, 2 * counts.arrived);
  const pairs = Map.groupBy(calls, ({ requestId }) => requestId);
  const text = (call?: CallLine) => JSON.stringify([call?.names, call?.counts, call?.voter]);
  const same = [...pairs.values()].filter(([first, second]) => text(first) === text(second));
  assert(same.length > 0 && same.length < pairs.size, `${same.length} of ${pairs.size}`);
  assert(same.every(([, second]) => second?.attempt === 1));
});

Deno.test("an API that comes at another address gets votes, and a number of its own", async () => {
  await using first = startFakeApi();
  await using second = startFakeApi();
  let present = [first];
  const { lines } = await run([], {
    endpoints: () => present.map(({ url }) => url),
    until: () => {
      if (first.votes.length >= 5) present = [second];
      return second.votes.length >= 5;
    },
  });
  assertEquals(lines.flatMap((line) => line.kind === "api" ? [line.url] : []), [first.url, second.url]);
});

Deno.test("startLoad() refuses a patience that outlives what a request is remembered for", () => {
  const path = Deno.makeTempFileSync();
  const history = createHistory(path);
  try {
    const start = () => startLoad({ endpoints: () => [], history, patienceMs: 60_000 });
    assertThrows(start, RangeError, "Start a load: its voters would repeat for");
  } finally {
    history.close();
    Deno.removeSync(path);
  }
});
