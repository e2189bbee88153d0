import { assert, assertEquals } from "@std/assert";
import { VOTE_DOCUMENT, type VoteVariables } from "./testing/api_client.ts";
import { createApiWorld } from "./testing/api_world.ts";

function oneVote(ticket: string): VoteVariables {
  return { usernames: ["Ada"], voteCount: [1], ticket };
}

Deno.test("vote refuses what breaks the input rules with INPUT_INVALID, before it looks at the ticket", async () => {
  await using api = await createApiWorld({ settings: { CAST_VOTE_COUNT_MAX: "50" } });
  const ticket = await api.mint();
  const names = (count: number) => Array.from({ length: count }, (_, index) => `name ${index}`);
  const base = oneVote(ticket);
  const wrong: Record<string, Partial<VoteVariables>> = {
    "no name": { usernames: [], voteCount: [] },
    "21 names": { usernames: names(21), voteCount: Array(21).fill(1) },
    "fewer counts": { usernames: ["Ada", "Bo"], voteCount: [1] },
    "more counts": { voteCount: [1, 1] },
    "twice the same name": { usernames: ["Ada", "Ada"], voteCount: [1, 1] },
    "an empty name": { usernames: [""] },
    "a name of 65 code points": { usernames: ["😀".repeat(65)] },
    "a NUL byte": { usernames: ["A\0da"] },
    "a line break": { usernames: ["A\nda"] },
    "a leading space": { usernames: [" Ada"] },
    "a trailing space": { usernames: ["Ada\u00a0"] },
    "a name not in NFC": { usernames: ["e\u0301"] },
    "half a surrogate pair": { usernames: ["\ud83d"] },
    "zero votes": { voteCount: [0] },
    "votes taken away": { voteCount: [-1] },
    "too many votes": { voteCount: [51] },
    "an empty voter": { voterUsername: "" },
    "a voter not in NFC": { voterUsername: "e\u0301" },
    "an empty requestId": { requestId: "" },
    "a requestId of 129 characters": { requestId: "r".repeat(129) },
    "a requestId beyond ASCII": { requestId: "é" },
  };
  for (const [what, change] of Object.entries(wrong)) {
    const before = await api.snapshot();
    for (const candidate of [ticket, "forged"]) {
      const answer = await api.client.vote({ ...base, ...change, ticket: candidate });
      assertEquals([answer.code, answer.success, answer.usernames], ["INPUT_INVALID", false, []], what);
      assert(answer.message.length > 0);
    }
    assertEquals(await api.snapshot(), before, what);
  }
});

Deno.test("vote accepts what is just within the input rules", async () => {
  await using api = await createApiWorld({ settings: { CAST_VOTE_COUNT_MAX: "50" } });
  const ticket = await api.mint();
  const usernames = Array.from({ length: 20 }, (_, index) => "😀".repeat(63) + "abcdefghijklmnopqrst"[index]);
  const voteCount = Array(20).fill(50);
  const requestId = " ~".repeat(64);
  const answer = await api.client.vote({
    usernames,
    voteCount,
    ticket,
    voterUsername: "Zoë O’Neill",
    requestId,
  });
  assertEquals([answer.code, answer.usernames, answer.votes], ["ACCEPTED", usernames, voteCount]);
});

Deno.test("vote refuses values that break the schema with an error, and counts nothing", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const before = await api.snapshot();
  for (
    const change of [
      { voteCount: [1.5] },
      { voteCount: [2 ** 31] },
      { voteCount: ["1"] },
      { usernames: [null] },
      { usernames: [7] },
      { ticket: null },
    ]
  ) {
    const { data, errors } = await api.client.ask(VOTE_DOCUMENT, { ...oneVote(ticket), ...change });
    assertEquals(
      [data ?? null, errors[0]?.extensions?.code],
      [null, "BAD_USER_INPUT"],
      JSON.stringify(change),
    );
  }
  assertEquals(await api.snapshot(), before);
});
