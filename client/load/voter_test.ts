import { assertEquals } from "@std/assert";
import { createBallot } from "./ballot.ts";
import type { HttpClient } from "./http_client.ts";
import { castVote } from "./voter.ts";

const ballot = createBallot({ run: "load-test", nameCount: 5 });
const NO_ANSWER = "no answer";

/** A voter before an API that answers so, one after the other. */
async function voted(codes: readonly string[]) {
  const [bodies, told]: [string[], string[]] = [[], []];
  let renewed = 0;
  const client: HttpClient = {
    post(body) {
      bodies.push(body());
      const code = codes[bodies.length - 1] ?? codes.at(-1) as string;
      if (code === NO_ANSWER) return Promise.reject(new Error("the connection has ended"));
      if (code === "OUTCOME_UNKNOWN") return Promise.resolve('{"data":null,"errors":[{}]}');
      return Promise.resolve(JSON.stringify({ data: { vote: { code } } }));
    },
    expire() {},
    close() {},
  };
  const tickets = {
    current: () => `ticket-${renewed}`,
    renew: () => Promise.resolve(void renewed++),
  };
  const end = await castVote(3, {
    ballot,
    clients: [client],
    tickets,
    signal: new AbortController().signal,
    wait: () => Promise.resolve(),
    answered: (code) => void told.push(code),
  });
  const asked = bodies.map((body) => JSON.parse(body).variables);
  return { end, told, asked };
}

Deno.test("castVote() sends what the ballot says, once when it is accepted", async () => {
  const { end, asked } = await voted(["ACCEPTED"]);
  const { names, counts } = ballot.choice(3);
  assertEquals(end, "accepted");
  assertEquals(asked, [{
    usernames: names,
    voteCount: counts,
    requestId: "load-test-3",
    ticket: "ticket-0",
  }]);
});

Deno.test("castVote() repeats after a ticket that ended, with a fresh one under the same request id", async () => {
  const { end, asked } = await voted(["TICKET_EXPIRED", "ACCEPTED"]);
  assertEquals(end, "accepted");
  assertEquals(asked.map(({ ticket }) => ticket), ["ticket-0", "ticket-1"]);
  assertEquals(new Set(asked.map(({ requestId }) => requestId)).size, 1);
});

Deno.test("castVote() takes a refusal that will not change as final", async () => {
  const { end, told } = await voted(["TICKET_EXHAUSTED"]);
  assertEquals([end, told], ["refused", ["TICKET_EXHAUSTED"]]);
});

Deno.test("castVote() gives up after a few calls, unknown once one of them had no answer", async () => {
  assertEquals((await voted([NO_ANSWER])).end, "unknown");
  assertEquals((await voted(["OUTCOME_UNKNOWN", "TICKET_EXHAUSTED"])).end, "unknown");
  const expired = await voted(["TICKET_EXPIRED"]);
  assertEquals([expired.end, expired.told.length], ["refused", 5]);
});
