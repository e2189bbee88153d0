import { assertEquals } from "@std/assert";
import type { HttpClient } from "./http_client.ts";
import { createTickets } from "./tickets.ts";

const given = (ticket: string) => JSON.stringify({ data: { cas: { ticket } } });

/** An API that answers so, one after the other; nothing is a call that fails. */
function api(answers: (string | undefined)[]) {
  let asked = 0;
  const client: HttpClient = {
    post() {
      const answer = answers[asked++];
      return answer === undefined
        ? Promise.reject(new Error("the connection has ended"))
        : Promise.resolve(answer);
    },
    expire() {},
    close() {},
  };
  return { client, asked: () => asked };
}

Deno.test("createTickets() has none at first, then the one that it was given last", async () => {
  const tickets = createTickets([api([given("a"), given("b")]).client]);
  assertEquals(tickets.current(), undefined);
  await tickets.renew();
  assertEquals(tickets.current(), "a");
  await tickets.renew();
  assertEquals(tickets.current(), "b");
});

Deno.test("createTickets() asks once for all who want one at the same moment, and again afterwards", async () => {
  const { client, asked } = api([given("a"), given("b")]);
  const tickets = createTickets([client]);
  await Promise.all([tickets.renew(), tickets.renew(), tickets.renew()]);
  assertEquals(asked(), 1);
  await tickets.renew();
  assertEquals(asked(), 2);
});

Deno.test("createTickets() keeps its ticket when an API fails or has none, and asks the next one", async () => {
  const [first, second] = [api([given("a"), undefined]), api(['{"data":null}', given("d")])];
  const tickets = createTickets([first.client, second.client]);
  const seen: (string | undefined)[] = [];
  for (let turn = 0; turn < 4; turn++) {
    await tickets.renew();
    seen.push(tickets.current());
  }
  assertEquals(seen, ["a", "a", "a", "d"]);
  assertEquals([first.asked(), second.asked()], [2, 2]);
});
