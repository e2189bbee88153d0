import { assertEquals } from "@std/assert";
import type { History } from "../load/history_writer.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { watchHistory } from "./watched_history.ts";

type Call = Parameters<History["call"]>[0];

function createFake() {
  const calls: Call[] = [];
  const fake = { call: (line: Call) => void calls.push(line), ticket: () => {} } as unknown as History;
  return { calls, watched: watchHistory(fake) };
}
const call = (over: Partial<Call>): Call =>
  ({
    t0: 0,
    t1: 0,
    requestId: "r",
    outcome: "ACCEPTED",
    content: "",
    api: 0,
    ticket: "",
    attempt: 0,
    ...over,
  }) as Call;

Deno.test("acceptedAfter() passes over calls that began before, and over every other outcome", async () => {
  const { calls, watched } = createFake();
  const found = watched.acceptedAfter(100, { withinMs: 10_000, signal: new AbortController().signal });
  watched.call(call({ t0: 99, t1: 150 }));
  watched.call(call({ t0: 110, t1: 160, outcome: "NOT_READY" }));
  watched.call(call({ t0: 120, t1: 170, requestId: "wanted" }));
  watched.call(call({ t0: 130, t1: 180, requestId: "later" }));
  assertEquals(await found, { requestId: "wanted", t1: 170 });
  assertEquals(calls.length, 4);
});

Deno.test("acceptedAfter() gives up with the run", async () => {
  const { watched } = createFake();
  const ended = new AbortController();
  let isGivenUp = false;
  const options = { withinMs: 3_600_000, signal: ended.signal };
  const given = watched.acceptedAfter(0, options).then((call) => isGivenUp = call === undefined);
  ended.abort();
  await waitFor(() => isGivenUp, { what: "the end of the wait" });
  await given;
});

Deno.test("told() counts refusals of an epoch that is over, and not those of tickets that merely ended", () => {
  const { watched } = createFake();
  watched.ticket({ epoch: 20, ticket: "k.0.20.1000" } as Parameters<History["ticket"]>[0]);
  watched.call(call({ outcome: "TICKET_EXPIRED", ticket: "k.0.10.1000" }));
  watched.call(call({ outcome: "TICKET_EXPIRED", ticket: "k.0.20.1000" }));
  watched.call(call({ outcome: "NOT_READY", ticket: "k.0.20.1000" }));
  assertEquals(watched.told(), { refused_epoch: 1, told_NOT_READY: 1 });
});
