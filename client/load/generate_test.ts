import { assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createBallot } from "./ballot.ts";
import { generate } from "./generate.ts";
import type { HttpClient } from "./http_client.ts";
import { createVoteEnds, type VoteEnd } from "./vote_ends.ts";

/** Ten votes within a hundred milliseconds of a clock that the test moves, to an API that answers by the vote's number. */
function generated(
  answer: (n: number, ask: { move(ms: number): void }) => Promise<string>,
  inFlightMax = 100,
) {
  const ballot = createBallot({ run: "load-test", nameCount: 5 });
  const ends = createVoteEnds(10);
  const accepted: number[] = [];
  let ms = 0;
  const move = (by: number) => void (ms += by);
  const idle = { expire() {}, close() {} };
  const client: HttpClient = {
    ...idle,
    async post(body) {
      const n = ballot.numberOf(JSON.parse(body()).variables.requestId) ?? NaN;
      return JSON.stringify({ data: { vote: { code: await answer(n, { move }) } } });
    },
  };
  const ticketClient: HttpClient = {
    ...idle,
    post: () => Promise.resolve(JSON.stringify({ data: { cas: { ticket: "a" } } })),
  };
  const running = generate({
    perSecond: 100,
    ballot,
    clients: [client],
    ticketClients: [ticketClient],
    ends,
    accepted: (n) => void accepted.push(n),
    nowMs: () => ms,
    signal: new AbortController().signal,
    inFlightMax,
  });
  return { running, ends, accepted };
}

Deno.test("generate() sheds what comes due while too many are in flight, and counts what is left at the end", async () => {
  const released = Promise.withResolvers<void>();
  const asked: number[] = [];
  const { running, ends, accepted } = generated(async (n, { move }) => {
    asked.push(n);
    // The others are all due when the first has been sent.
    if (n === 0) move(100);
    await released.promise;
    return "ACCEPTED";
  }, 3);
  await waitFor(() => asked.length === 3, { what: "three votes in flight" });
  released.resolve();
  const { due, shed, inFlightAtEnd, latency, repeats } = await running;
  assertEquals({ due, shed, inFlightAtEnd, repeats }, { due: 10, shed: 7, inFlightAtEnd: 3, repeats: 0 });
  assertEquals([asked, accepted, latency.count], [[0, 1, 2], [0, 1, 2], 3]);
  assertEquals([ends.count("accepted"), ends.count("unsent")], [3, 7]);
});

Deno.test("generate() times what was accepted or stayed unknown, from when it was due, and no refusal", async () => {
  const calls = new Map<number, number>();
  const { running, ends, accepted } = generated((n, { move }) => {
    const call = (calls.get(n) ?? 0) + 1;
    calls.set(n, call);
    if (n === 0) move(100);
    if (n === 1) return Promise.resolve("TICKET_EXHAUSTED");
    if (n === 2) {
      return call === 1 ? Promise.reject(new Error("no answer")) : Promise.resolve("TICKET_EXHAUSTED");
    }
    return Promise.resolve("ACCEPTED");
  });
  const { latency, lateness, latencyP99ByTenths, answers, repeats } = await running;
  const endOf = (n: number): VoteEnd => ends.get(n);
  assertEquals([0, 1, 2, 3].map(endOf), ["accepted", "refused", "unknown", "accepted"]);
  assertEquals(answers, { ACCEPTED: 8, TICKET_EXHAUSTED: 2, UNKNOWN: 1 });
  assertEquals([accepted.length, latency.count, lateness.count, repeats], [8, 9, 10, 1]);
  // Vote 0 was sent at once and answered 100 ms later; vote 9 came due 10 ms before that moment.
  assertEquals([latency.max, lateness.max], [100, 90]);
  assertEquals([latencyP99ByTenths[1], Math.round(latencyP99ByTenths[9] ?? 0)], [undefined, 10]);
});
