import { assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import type { ApiClient, VoteAnswer } from "../system/api_client.ts";
import { castToItsEnd, startVoters } from "./voters.ts";

const BALLOT = { requestId: "a", names: ["ada", "bob"], counts: [1, 2] };
const UNKNOWN: VoteAnswer = { kind: "unknown", reason: "no answer" };

function answer(success: boolean): VoteAnswer {
  const code = success ? "ACCEPTED" : "TICKET_EXPIRED";
  return { kind: "result", result: { success, code, message: "", usernames: [], votes: [] } };
}

function clientOf(answers: VoteAnswer[]): ApiClient & { readonly asked: string[] } {
  const asked: string[] = [];
  const ticket = { ticket: "t", validUntil: "", remainingUsage: 1 };
  return {
    asked,
    cas: () => Promise.resolve(answers.length > 0 ? ticket : undefined),
    whenTicketOpen: () => Promise.resolve(ticket),
    total: () => Promise.resolve(0),
    vote({ requestId = "" }) {
      asked.push(requestId);
      return Promise.resolve(answers.shift() as VoteAnswer);
    },
  };
}

Deno.test("castToItsEnd() leaves a refused vote refused", async () => {
  const client = clientOf([answer(false), answer(true)]);
  assertEquals((await castToItsEnd(client, { ballot: BALLOT, patienceMs: 60_000 }))?.end, "refused");
  assertEquals(client.asked, ["a"]);
});

Deno.test("castToItsEnd() repeats an unknown vote under its id, past refusals, until it is accepted", async () => {
  const client = clientOf([UNKNOWN, answer(false), answer(true)]);
  const vote = await castToItsEnd(client, { ballot: BALLOT, patienceMs: 60_000 });
  assertEquals(vote, { ...BALLOT, end: "accepted", wasUnknown: true });
  assertEquals(client.asked, ["a", "a", "a"]);
});

Deno.test("castToItsEnd() says unknown when patience ends, and nothing where no ticket was to be had", async () => {
  const unsettled = await castToItsEnd(clientOf([UNKNOWN]), { ballot: BALLOT, patienceMs: 1 });
  assertEquals(unsettled?.end, "unknown");
  assertEquals(await castToItsEnd(clientOf([]), { ballot: BALLOT, patienceMs: 60_000 }), undefined);
});

Deno.test("startVoters() counts a ticket that was not to be had, though the last one is tried in its place", async () => {
  const client = clientOf([answer(true), answer(true), answer(true)]);
  let asked = 0;
  const cas = () => {
    asked += 1;
    return asked === 2 ? Promise.resolve(undefined) : client.cas();
  };
  const voters = startVoters({
    clients: [{ ...client, cas, vote: () => Promise.resolve(answer(true)) }],
    names: ["ada", "bob"],
    restMs: 1,
  });
  await waitFor(() => voters.accepted() >= 3, { what: "three votes are accepted" });
  assertEquals((await voters.finish()).every(({ end }) => end === "accepted"), true);
  assertEquals(voters.unanswered(), 1);
});
