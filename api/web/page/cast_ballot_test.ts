import { assert, assertEquals } from "@std/assert";
import { requestLifeMs } from "../../../shared/config/settings.ts";
import { VOTE_ENDS } from "../../metrics.ts";
import { ASKABLE_MS, createCastBallot, isAskable, SILENCES_MAX } from "./cast_ballot.js";
import { CAS } from "./documents.js";
import { createRetryBeat } from "./retry_beat.js";

const TICKET = { ticket: "t1", validUntil: "2026-01-01T00:00:00.000Z", remainingUsage: 9 };
const BALLOT = {
  names: ["Ada"],
  counts: [2],
  requestId: "r",
  voter: undefined,
  token: undefined,
  sentAtMs: 1_000,
  isRepeat: false,
};
const REPEAT = { ...BALLOT, isRepeat: true };
const UNKNOWN = { kind: "unknown" as const };
const SILENCE = { kind: "silence" } as const;

type Answer = Awaited<ReturnType<Parameters<typeof createCastBallot>[0]["ask"]>>;
type Question = Parameters<Parameters<typeof createCastBallot>[0]["ask"]>[0];

const error = (code: string): Answer => ({ kind: "error", code, message: "m" });
const refusal = (code: string): Answer => result({ success: false, code, usernames: [], votes: [] });
const accepted = result({ success: true, code: "ACCEPTED", usernames: ["Ada"], votes: [7] });
const ACCEPTED = { kind: "accepted" as const, ticket: "t1", names: ["Ada"], totals: [7] };

function result(vote: Record<string, unknown>): Answer {
  return { kind: "data", data: { vote: { message: "m", ...vote } } };
}

interface Scene {
  readonly ballot?: typeof BALLOT;
  readonly hasTicket?: boolean;
  /** How long each answer takes. */
  readonly answerMs?: number;
  /** How long a pause takes that was to take so long. */
  readonly sleep?: (ms: number) => number;
}

/** Casts with answers that come one after the other, the last again and again. */
async function cast(
  answers: readonly Answer[],
  { ballot = BALLOT, hasTicket = true, answerMs = 0, sleep = (ms) => ms }: Scene = {},
) {
  const asked: (Question & { readonly atMs: number })[] = [];
  let nowMs = BALLOT.sentAtMs;
  const castBallot = createCastBallot({
    ask(question) {
      asked.push({ ...question, atMs: nowMs });
      nowMs += answerMs;
      return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1] ?? SILENCE);
    },
    usableTicket: () => hasTicket ? TICKET : undefined,
    now: () => nowMs,
    pause(ms) {
      nowMs += sleep(ms);
      return Promise.resolve();
    },
    beat: createRetryBeat(() => 1),
  });
  return { outcome: await castBallot(ballot), asked };
}

Deno.test("castBallot() votes with the ticket at hand, and asks for one where there is none", async () => {
  assertEquals((await cast([accepted])).outcome, ACCEPTED);
  const { outcome, asked } = await cast([{ kind: "data", data: { cas: TICKET } }, accepted], {
    hasTicket: false,
  });
  assertEquals(outcome, ACCEPTED);
  assertEquals(asked.map(({ query }) => query === CAS), [true, false]);
  assertEquals(asked[1]?.variables, { usernames: ["Ada"], voteCount: [2], ticket: "t1", requestId: "r" });
});

Deno.test("castBallot() sends the voter's name and token where they were given", async () => {
  const { asked } = await cast([accepted], { ballot: { ...BALLOT, voter: "me", token: "x.y.z" } as never });
  assertEquals([asked[0]?.variables?.["voterUsername"], asked[0]?.token], ["me", "x.y.z"]);
});

Deno.test("castBallot() asks again under the same requestId while no answer comes", async () => {
  for (const unknown of [SILENCE, error("OUTCOME_UNKNOWN"), error("INTERNAL_ERROR")]) {
    const { outcome, asked } = await cast([unknown, unknown, accepted]);
    assertEquals([outcome, asked.length], [ACCEPTED, 3]);
    assertEquals(new Set(asked.map(({ variables }) => variables?.["requestId"])), new Set(["r"]));
  }
});

Deno.test("castBallot() gives up after some tries, and says that nobody knows", async () => {
  const { outcome, asked } = await cast([SILENCE]);
  assertEquals([outcome, asked.length], [UNKNOWN, SILENCES_MAX]);
});

Deno.test("castBallot() hands on what was refused at the first try, without another try", async () => {
  for (const code of ["TICKET_EXPIRED", "TICKET_EXHAUSTED", "POLL_CLOSED", "NOT_READY", "A_CODE_TO_COME"]) {
    const { outcome, asked } = await cast([refusal(code), accepted]);
    assertEquals(outcome, { kind: "refused", ticket: "t1", code, message: "m" });
    assertEquals(asked.length, 1);
  }
});

Deno.test("castBallot() calls refused what was turned away at the door, and failed what was not understood", async () => {
  for (const code of ["OVERLOADED", "NOT_READY"]) {
    assertEquals((await cast([error(code)])).outcome, {
      kind: "refused",
      ticket: undefined,
      code,
      message: "m",
    });
  }
  assertEquals((await cast([error("GRAPHQL_VALIDATION_FAILED")])).outcome, { kind: "failed" });
});

Deno.test("after a try without an answer no refusal says that nothing was counted", async () => {
  for (const code of [...VOTE_ENDS, "A_CODE_TO_COME"].filter((code) => code !== "ACCEPTED")) {
    assertEquals((await cast([SILENCE, refusal(code)])).outcome.kind, "unknown", code);
    assertEquals((await cast([refusal(code)], { ballot: REPEAT })).outcome.kind, "unknown", code);
  }
  for (const code of ["OVERLOADED", "NOT_READY", "GRAPHQL_VALIDATION_FAILED"]) {
    assertEquals((await cast([SILENCE, error(code)])).outcome, UNKNOWN, code);
  }
});

Deno.test("after a try without an answer castBallot() goes on past refusals while it may be asked", async () => {
  const away = Array.from({ length: SILENCES_MAX + 2 }, () => refusal("TICKET_EXPIRED"));
  assertEquals((await cast([SILENCE, ...away, accepted])).outcome, ACCEPTED);
  assertEquals((await cast([...away, accepted], { ballot: REPEAT })).outcome, ACCEPTED);
  const { outcome, asked } = await cast([SILENCE, error("NOT_READY")]);
  assertEquals(outcome, UNKNOWN);
  assert(asked.length > SILENCES_MAX);
});

Deno.test("a repeat that lacks the voter's token is handed back to whoever has it", async () => {
  const { outcome, asked } = await cast([refusal("VOTER_UNAUTHORIZED")], { ballot: REPEAT });
  assertEquals([outcome, asked.length], [{ kind: "unknown", code: "VOTER_UNAUTHORIZED" }, 1]);
});

Deno.test("nothing is repeated once its time is over, though timers stood still", async () => {
  for (const first of [SILENCE, error("OUTCOME_UNKNOWN")]) {
    const { outcome, asked } = await cast([first, accepted], { sleep: () => ASKABLE_MS });
    assertEquals([outcome, asked.length], [UNKNOWN, 1]);
  }
  const { outcome, asked } = await cast([refusal("NOT_READY"), accepted], {
    ballot: REPEAT,
    sleep: () => ASKABLE_MS,
  });
  assertEquals([outcome, asked.length], [UNKNOWN, 1]);
});

Deno.test("no try of a repeat begins after its time, however slow the others were", async () => {
  for (const answer of [SILENCE, refusal("TICKET_EXPIRED"), error("OVERLOADED")]) {
    const { outcome, asked } = await cast([answer], { ballot: REPEAT, answerMs: 20_000 });
    assertEquals([outcome, asked.length], [UNKNOWN, 3]);
    for (const { atMs } of asked) assert(isAskable(BALLOT, atMs));
  }
});

Deno.test("nothing is posted when the wait for a ticket outlasted the time", async () => {
  const answers: Answer[] = [{ kind: "data", data: { cas: TICKET } }, accepted];
  const late = { hasTicket: false, answerMs: ASKABLE_MS };
  const repeat = await cast(answers, { ...late, ballot: REPEAT });
  assertEquals([repeat.outcome, repeat.asked.map(({ query }) => query)], [UNKNOWN, [CAS]]);
  const first = await cast(answers, late);
  assertEquals([first.outcome, first.asked.map(({ query }) => query)], [{ kind: "unsent" }, [CAS]]);
});

Deno.test("isAskable() is true for less than half of the time that a request is remembered", () => {
  assert(isAskable(BALLOT, BALLOT.sentAtMs + ASKABLE_MS - 1));
  assert(!isAskable(BALLOT, BALLOT.sentAtMs + ASKABLE_MS));
  assert(!isAskable(BALLOT, BALLOT.sentAtMs - 1), "a clock that was set back");
  assert(ASKABLE_MS < Number(requestLifeMs.fallback) / 2);
});

Deno.test("without a ticket nothing was sent", async () => {
  for (const answer of [SILENCE, error("INTERNAL_ERROR")]) {
    const { outcome, asked } = await cast([answer], { hasTicket: false });
    assertEquals([outcome, asked.length], [{ kind: "unsent" }, 1]);
  }
  assertEquals((await cast([error("NOT_READY")], { hasTicket: false })).outcome.kind, "refused");
  const { outcome, asked } = await cast([SILENCE], { hasTicket: false, ballot: REPEAT });
  assertEquals([outcome, asked.length], [UNKNOWN, SILENCES_MAX]);
});
