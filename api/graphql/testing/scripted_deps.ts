/**
 * What stands behind GraphQL, played from a script that the request itself carries: the ticket of a vote and the name of
 * a query say what comes of them, so that two servers that get the same request meet the same fate. Keeps every call
 * with its begin and its end: what runs out of turn shows.
 */
import { GraphQLError } from "graphql";
import type { LiveOutcome } from "../../../shared/redis/live_script.ts";
import type { CastVoteOutcome, RefusalCode } from "../../../shared/vote/outcome.ts";
import type { RankingOutcome, RankingPlace, TotalsOutcome } from "../../../shared/redis/ranking_scripts.ts";
import type { ReceiptOutcome } from "../../../shared/redis/receipt_script.ts";
import { TOTAL_MAX } from "../../../shared/vote/rules.ts";
import type { Ballot, CastVote } from "../../cast_vote.ts";
import type { ShardReader } from "../../shard_reader.ts";

export const REFUSAL_CODES = [
  "INPUT_INVALID",
  "TICKET_INVALID",
  "TICKET_EXPIRED",
  "TICKET_EXHAUSTED",
  "TOTAL_TOO_LARGE",
  "REQUEST_ID_CONFLICT",
  "OVERLOADED",
  "NOT_READY",
  "POLL_CLOSED",
  "CANDIDATE_UNKNOWN",
  "VOTER_LIMIT",
  "VOTER_UNAUTHORIZED",
] as const satisfies readonly RefusalCode[];

/** What an operation of ours never throws but a program can. */
const THROWN: Readonly<Record<string, () => unknown>> = {
  "throws an error": () => new Error("postgres://user:password@host"),
  "throws a subclass": () => new RangeError("out of bounds"),
  "throws a GraphQLError": () => new GraphQLError("Raised for the client"),
  "throws a coded GraphQLError": () =>
    new GraphQLError("With a code", { extensions: { code: "OF_ITS_OWN", secret: 1, http: { status: 418 } } }),
  "throws a GraphQLError with headers": () =>
    new GraphQLError("With headers", {
      extensions: { http: { status: 503, headers: { "retry-after": "7", "x-of-error": "yes" } } },
    }),
  "throws a GraphQLError with a path": () => new GraphQLError("With a path", { path: ["else", 3] }),
  "throws a GraphQLError around an error": () =>
    new GraphQLError("Around", { originalError: new Error("hidden") }),
  "throws a GraphQLError around another": () =>
    new GraphQLError("Around", {
      originalError: new GraphQLError("Inside", { extensions: { code: "INNER" } }),
    }),
  "throws an error with a path": () => Object.assign(new Error("hidden"), { path: ["else"], locations: [] }),
  "throws a text": () => "only a text",
  "throws undefined": () => undefined,
  "throws null": () => null,
  "throws an object": () => ({ message: "looks like one", extensions: { code: "FALSE" } }),
};

/** Totals that no type of the schema holds, and those at its edge. */
const ODD_TOTALS: Readonly<Record<string, unknown>> = {
  "total at the edge": TOTAL_MAX,
  "total past the edge": TOTAL_MAX + 1,
  "total of minus one": -1,
  "total below the edge": -(2 ** 31) - 1,
  "total of a fraction": 1.5,
  "total that is no number": NaN,
  "total without end": Infinity,
  "total of minus zero": -0,
};

export const VOTE_SCRIPTS: readonly string[] = [
  "accepted",
  ...REFUSAL_CODES,
  ...REFUSAL_CODES.map((code) => `${code} with detail`),
  "unknown",
  ...Object.keys(THROWN),
  ...Object.keys(ODD_TOTALS),
  "a code that nobody knows",
  "no outcome",
];
export const TOTAL_SCRIPTS: readonly string[] = [
  "seven",
  "not ready",
  ...Object.keys(THROWN),
  ...Object.keys(ODD_TOTALS),
  "no outcome",
];
export const CAS_SCRIPTS: readonly string[] = [
  "open",
  "none",
  "not ready",
  "open for ever",
  "open without uses",
  "open without a ticket",
  ...Object.keys(THROWN),
  "no outcome",
];

/** What `first` of a leaderboard stands for. */
export const NOT_READY_FIRST = 13;
export const BROKEN_FIRST = 66;
/** Of `tallies` by its first name, and of `candidates` by the name in its cursor. */
export const LIST_SCRIPTS: readonly string[] = [
  "seven",
  "not ready",
  ...Object.keys(THROWN),
  ...Object.keys(ODD_TOTALS),
  "no names",
  "a name that is none",
  "no outcome",
];
export const RECEIPT_SCRIPTS: readonly string[] = [
  "accepted",
  "queued",
  "stored",
  "unknown",
  "not ready",
  "a state that nobody knows",
  "stored without an id",
  ...Object.keys(THROWN),
  "no outcome",
];

export interface ScriptedDeps {
  readonly castVote: CastVote;
  readonly reader: ShardReader;
  /** Since the last take, in order. */
  takeCalls(): unknown[];
  /** Whether this very error came from the script. */
  hasThrown(error: unknown): boolean;
}

/** `casScript` is asked at each call, since `cas` has no argument that could carry one. */
export function createScriptedDeps(casScript: () => string): ScriptedDeps {
  let calls: unknown[] = [];
  const thrown = new Set<unknown>();
  async function play<Outcome>(call: unknown[], outcome: () => Outcome): Promise<Outcome> {
    calls.push(["begins", ...structuredClone(call)]);
    // Long enough in turns of the event loop that a second call which did not wait would begin in between.
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    calls.push(["ends", ...structuredClone(call)]);
    try {
      return outcome();
    } catch (error) {
      if (error instanceof Error) thrown.add(error);
      throw error;
    }
  }
  return {
    castVote: (ballot) => play(["castVote", ballot], () => voteOutcome(ballot)),
    reader: {
      readTotal: (name) => play(["readTotal", name], () => totalOutcome(name)),
      readOpenTicket: () => play(["readOpenTicket"], () => ticketOutcome(casScript())),
      readLive: (namesMax) => play(["readLive", namesMax], () => liveOutcome(namesMax)),
      readTotals: (names) => play(["readTotals", names], () => totalsOutcome(names)),
      readRanking: (place) => play(["readRanking", place], () => rankingOutcome(place)),
      readReceipt: (requestId) => play(["readReceipt", requestId], () => receiptOutcome(requestId)),
    },
    takeCalls() {
      const taken = calls;
      calls = [];
      return taken;
    },
    hasThrown: (error) => thrown.has(error),
  };
}

function voteOutcome({ request, ticket }: Ballot): CastVoteOutcome {
  throwIfScripted(ticket);
  const [code, detail] = ticket.split(" with ");
  const refusal = REFUSAL_CODES.find((known) => known === code);
  if (refusal) {
    return {
      kind: "refused",
      code: refusal,
      ...(detail ? { detail: `Because of "${request.names[0]}" \u2028` } : {}),
    };
  }
  if (ticket === "a code that nobody knows") return { kind: "refused", code: "ELSE" as RefusalCode };
  if (ticket === "unknown") return { kind: "unknown", cause: new Error("connection to secret host cut") };
  if (ticket === "no outcome") return undefined as unknown as CastVoteOutcome;
  const odd = oddTotal(ticket);
  return { kind: "accepted", totals: request.counts.map((count) => odd ?? count + 6) };
}

function totalOutcome(name: string): Awaited<ReturnType<ShardReader["readTotal"]>> {
  throwIfScripted(name);
  if (name === "not ready") return { kind: "not_ready" };
  if (name === "no outcome") return undefined as never;
  return {
    kind: "total",
    total: oddTotal(name) ?? (name === "seven" ? 7 : name.length),
  };
}

function totalsOutcome(names: readonly string[]): TotalsOutcome {
  const [script = ""] = names;
  throwIfScripted(script);
  if (script === "not ready") return { kind: "not_ready" };
  if (script === "no outcome") return undefined as never;
  return { kind: "totals", totals: names.map((name) => oddTotal(name) ?? name.length) };
}

function rankingOutcome({ after, countMax }: RankingPlace): RankingOutcome {
  const script = after?.name ?? "";
  throwIfScripted(script);
  if (script === "not ready") return { kind: "not_ready" };
  if (script === "no outcome") return undefined as never;
  const first = script === "a name that is none" ? null as unknown as string : `\u00e9"\u2028`;
  const ranked = [{ name: first, total: oddTotal(script) ?? 9 }, { name: "Bo", total: 9 }, {
    name: "c",
    total: 1,
  }];
  const beforeCount = after ? 2 : 0;
  if (script === "no names") return { kind: "page", ranked: [], beforeCount, nameCount: beforeCount };
  return { kind: "page", ranked: ranked.slice(0, countMax), beforeCount, nameCount: beforeCount + 3 };
}

function receiptOutcome(script: string): ReceiptOutcome {
  throwIfScripted(script);
  const found = { voteId: "0199\u00e9", outboxId: "1764000000000-7" };
  switch (script) {
    case "accepted":
    case "queued":
    case "stored":
      return { kind: script, ...found };
    case "stored without an id":
      return { kind: "stored", ...found, voteId: null as unknown as string };
    case "not ready":
      return { kind: "not_ready" };
    case "a state that nobody knows":
      return { kind: "else" as "stored", ...found };
    case "no outcome":
      return undefined as never;
    default:
      return { kind: "unknown" };
  }
}

function ticketOutcome(script: string): Awaited<ReturnType<ShardReader["readOpenTicket"]>> {
  throwIfScripted(script);
  const open = {
    kind: "open",
    ticket: 'v1.k1."\u00e9\u2028.2',
    expiresAt: 1_893_553_445_060,
    usesLeft: 98,
  } as const;
  switch (script) {
    case "none":
      return { kind: "none" };
    case "not ready":
      return { kind: "not_ready" };
    case "open for ever":
      // No date, so what formats it throws.
      return { ...open, expiresAt: Infinity };
    case "open without uses":
      return { ...open, usesLeft: NaN };
    case "open without a ticket":
      return { ...open, ticket: null as unknown as string };
    case "no outcome":
      return undefined as never;
    default:
      return open;
  }
}

/** As many leaders as are wanted: that number is the script. */
function liveOutcome(namesMax: number): LiveOutcome {
  if (namesMax === NOT_READY_FIRST) return { kind: "not_ready" };
  if (namesMax === BROKEN_FIRST) throw new Error("redis://user:password@host");
  const leaders = Array.from({ length: namesMax }, (_, index) => ({
    name: `Name "${index}" \u2028`,
    total: TOTAL_MAX + 1 - index,
  }));
  return {
    kind: "live",
    state: {
      epoch: "1000",
      readAtMs: 1_700_000_000_123,
      voting: "open",
      results: "live",
      voteCount: 7,
      candidateCount: namesMax,
      leaders,
      ticket: undefined,
    },
  };
}

function oddTotal(script: string): number | undefined {
  return Object.hasOwn(ODD_TOTALS, script) ? ODD_TOTALS[script] as number : undefined;
}

function throwIfScripted(script: string): void {
  const thrown = Object.hasOwn(THROWN, script) ? THROWN[script] : undefined;
  if (thrown) throw thrown();
}
