import { assert, assertEquals } from "@std/assert";
import { createSilentLogger } from "../shared/testing/silent_logger.ts";
import type { VoteScriptInput } from "../shared/redis/vote_script.ts";
import type { TicketClaims } from "../shared/ticket/ticket.ts";
import type { CastVoteOutcome } from "../shared/vote/outcome.ts";
import { parseStoredVote } from "../shared/vote/record.ts";
import type { VoteRequest } from "../shared/vote/rules.ts";
import { type CastVote, type CastVoteDeps, createCastVote } from "./cast_vote.ts";
import type { VoterAuthority, VoterOutcome } from "./voter/voter_authority.ts";

const VOTE_ID = "0198c0de-0000-7000-8000-000000000001";
const CLAIMS: TicketClaims = { kid: "k1", shard: 0, epoch: 5, opensAt: 1000 };
const REQUEST: VoteRequest = { names: ["Ada", "Bo"], counts: [1, 2], voter: undefined, requestId: undefined };

interface Bench {
  readonly castVote: CastVote;
  readonly runs: VoteScriptInput[];
  readonly verified: string[];
  readonly log: ReturnType<typeof createSilentLogger>;
}

interface BenchOptions extends Pick<CastVoteDeps, "voterAuthority" | "needsVoter"> {
  readonly claims?: TicketClaims;
  readonly outcome?: CastVoteOutcome;
}

/** A castVote() whose ticket check and script are scripted by the test. */
function bench({ claims, outcome, ...voters }: BenchOptions = {}): Bench {
  const runs: VoteScriptInput[] = [];
  const verified: string[] = [];
  const log = createSilentLogger();
  const castVote = createCastVote({
    verifier: {
      verify(text) {
        verified.push(text);
        return Promise.resolve(claims);
      },
    },
    runVoteScript(input) {
      runs.push(input);
      return Promise.resolve(outcome ?? { kind: "accepted", totals: [1, 2] });
    },
    countMax: 100,
    newVoteId: () => VOTE_ID,
    log,
    ...voters,
  });
  return { castVote, runs, verified, log };
}

function codeOf(outcome: CastVoteOutcome): string {
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}

Deno.test("castVote() judges the input before it looks at the ticket", async () => {
  const { castVote, runs, verified } = bench();
  const outcome = await castVote({ request: { ...REQUEST, names: [], counts: [] }, ticket: "forged" });
  assert(outcome.kind === "refused");
  assertEquals(outcome.code, "INPUT_INVALID");
  assertEquals(outcome.detail, "usernames must hold at least one name");
  assertEquals([verified.length, runs.length], [0, 0]);
});

Deno.test("castVote() refuses a ticket that is not genuine without asking Redis", async () => {
  const { castVote, runs } = bench();
  assertEquals(codeOf(await castVote({ request: REQUEST, ticket: "forged" })), "TICKET_INVALID");
  assertEquals(runs, []);
});

Deno.test("castVote() takes a genuine ticket of a shard that is not for an expired one", async () => {
  const { castVote, runs } = bench({ claims: { ...CLAIMS, shard: 1 } });
  assertEquals(codeOf(await castVote({ request: REQUEST, ticket: "genuine" })), "TICKET_EXPIRED");
  assertEquals(runs, []);
});

Deno.test("castVote() runs the script once with a record that the persister can read", async () => {
  const { castVote, runs } = bench({ claims: CLAIMS });
  const request = { ...REQUEST, voter: "Eve", requestId: "r-1" };
  assertEquals(codeOf(await castVote({ request, ticket: "genuine" })), "accepted");
  assertEquals(runs.length, 1);
  const record = { v: 1, id: VOTE_ID, shard: 0, names: ["Ada", "Bo"], counts: [1, 2] } as const;
  assertEquals(runs[0]?.record, { ...record, voter: "Eve", requestId: "r-1" });
  const stored = { ...runs[0]?.record, epoch: 5, version: 0, at: 1 };
  assertEquals(parseStoredVote(new TextEncoder().encode(JSON.stringify(stored))).voter, "Eve");
});

Deno.test("castVote() leaves absent fields out of the record", async () => {
  const { castVote, runs } = bench({ claims: CLAIMS });
  await castVote({ request: REQUEST, ticket: "genuine" });
  assertEquals(Object.keys(runs[0]?.record ?? {}), ["v", "id", "shard", "names", "counts"]);
});

Deno.test("castVote() fingerprints names, counts and voter, and nothing else", async () => {
  const { castVote, runs } = bench({ claims: CLAIMS });
  const variants: Partial<VoteRequest>[] = [
    { requestId: "one" },
    { requestId: "another" },
    { voter: "Eve" },
    { counts: [2, 1] },
    { names: ["Bo", "Ada"] },
  ];
  for (const variant of variants) {
    await castVote({ request: { ...REQUEST, requestId: "one", ...variant }, ticket: "genuine" });
  }
  const [plain, sameVote, ...others] = runs.map(({ fingerprint }) => fingerprint);
  assertEquals(plain, sameVote);
  assertEquals(new Set([plain, ...others]).size, 4);
});

Deno.test("castVote() makes no fingerprint of a vote without a request id: nothing would be compared with it", async () => {
  const { castVote, runs } = bench({ claims: CLAIMS });
  await castVote({ request: REQUEST, ticket: "genuine" });
  assertEquals(runs[0]?.fingerprint, "");
});

Deno.test("castVote() reports an unknown outcome under the vote's id, and no ticket", async () => {
  const cause = new Error("Command timed out");
  const { castVote, log } = bench({ claims: CLAIMS, outcome: { kind: "unknown", cause } });
  assertEquals(codeOf(await castVote({ request: REQUEST, ticket: "genuine-ticket-text" })), "unknown");
  assertEquals(log.events, [
    { level: "warn", event: "vote_outcome_unknown", fields: { voteId: VOTE_ID, error: cause } },
  ]);
});

Deno.test("castVote() logs each vote at debug only", async () => {
  const { castVote, log } = bench({ claims: CLAIMS });
  await castVote({ request: REQUEST, ticket: "genuine-ticket-text" });
  assertEquals(log.events.map(({ level, event }) => [level, event]), [["debug", "vote_accepted"]]);
  assertEquals(JSON.stringify(log.events).includes("genuine-ticket-text"), false);
});

/** Says of everybody that it is this one, or why not. */
function saysOfAll(outcome: VoterOutcome): VoterAuthority {
  return { authenticate: () => Promise.resolve(outcome) };
}

Deno.test("castVote() records the voter whom the authority knows, and fingerprints the vote as theirs", async () => {
  const { castVote, runs } = bench({
    claims: CLAIMS,
    voterAuthority: saysOfAll({ kind: "voter", name: "alan" }),
  });
  const request = { ...REQUEST, requestId: "r" };
  for (const voter of [undefined, "alan"]) {
    assertEquals(codeOf(await castVote({ request: { ...request, voter }, ticket: "t" })), "accepted");
  }
  const other = await castVote({ request: { ...request, voter: "Alan" }, ticket: "t" });
  assertEquals(codeOf(other), "VOTER_UNAUTHORIZED");
  assertEquals(runs.map(({ record }) => record.voter), ["alan", "alan"]);
  assertEquals(runs[0]?.fingerprint, runs[1]?.fingerprint);
});

Deno.test("castVote() refuses before the ticket is looked at whom the authority does not know", async () => {
  const answers = [
    [{ kind: "unauthorized", detail: "why not" }, "VOTER_UNAUTHORIZED"],
    [{ kind: "unchecked", detail: "not now" }, "NOT_READY"],
  ] as const;
  for (const [outcome, code] of answers) {
    const { castVote, runs, verified } = bench({ claims: CLAIMS, voterAuthority: saysOfAll(outcome) });
    const refusal = await castVote({ request: { ...REQUEST, voter: "alan" }, ticket: "t" });
    assertEquals(refusal as unknown, { kind: "refused", code, detail: outcome.detail });
    assertEquals([verified.length, runs.length], [0, 0]);
  }
});

Deno.test("castVote() wants a voter where each has so many votes, unless the authority names one", async () => {
  const { castVote, runs } = bench({ claims: CLAIMS, needsVoter: true });
  const outcome = await castVote({ request: REQUEST, ticket: "t" });
  assert(outcome.kind === "refused");
  assertEquals([outcome.code, outcome.detail?.split(" ", 1)[0]], ["INPUT_INVALID", "voterUsername"]);
  assertEquals(runs, []);
  const known = bench({
    claims: CLAIMS,
    needsVoter: true,
    voterAuthority: saysOfAll({ kind: "voter", name: "alan" }),
  });
  assertEquals(codeOf(await known.castVote({ request: REQUEST, ticket: "t" })), "accepted");
});
