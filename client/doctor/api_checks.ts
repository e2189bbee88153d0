/** Is the API there, does it hand out tickets, and does it know what this release asks? */
import { type ClockSample, sampleClock } from "./clock_sample.ts";
import { type Notes, section } from "./finding.ts";

export interface ApiTarget {
  readonly url: URL;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

interface Answer {
  readonly status: number;
  readonly date: string | null;
  readonly body:
    | { readonly data?: Readonly<Record<string, unknown>> | null; readonly errors?: readonly GraphqlError[] }
    | undefined;
}

interface GraphqlError {
  readonly message?: string;
  readonly extensions?: { readonly code?: string };
}

const ANSWER_MS_MAX = 5000;
/** A date in a header is told in whole seconds, cut off. */
const DATE_STEP_MS = 1000;

export async function checkApi(target: ApiTarget, notes: Notes): Promise<ClockSample | undefined> {
  const { url, nowMs } = target;
  let date: string | null = null;
  try {
    const read = async () => {
      const answer = await ask(target, "{ __typename }");
      if (answer.body?.data?.["__typename"] !== "Query") {
        throw new Error(`it answered status ${answer.status}, and no GraphQL`);
      }
      date = answer.date;
      return date === null ? 0 : Date.parse(date) + DATE_STEP_MS / 2;
    };
    const sample = await sampleClock("the API", { read, nowMs });
    notes.ok("reachable", `${url.origin} answered in ${Math.round(sample.uncertaintyMs * 2)} ms`);
    await checkTicket(target, notes);
    await checkResults(target, notes);
    return date === null ? undefined : { ...sample, uncertaintyMs: sample.uncertaintyMs + DATE_STEP_MS / 2 };
  } catch (error) {
    notes.fail("reachable", {
      says: `${url.origin}: ${error instanceof Error ? error.message : String(error)}`,
      mend: `Is an API up at that address (--api, CAST_API_URL)? See ${section("castprogramabsent")}`,
    });
    return undefined;
  }
}

async function checkTicket(target: ApiTarget, notes: Notes): Promise<void> {
  const { body } = await ask(target, "{ cas { validUntil remainingUsage } }");
  const ticket = body?.data?.["cas"] as { validUntil: string; remainingUsage: number } | undefined;
  if (ticket) {
    notes.ok("ticket", `one is open until ${ticket.validUntil}, uses left ${ticket.remainingUsage}`);
    return;
  }
  const error = body?.errors?.[0];
  notes.fail("ticket", {
    says: `nobody can vote: ${error?.extensions?.code ?? "an error"}, ${error?.message ?? "no ticket"}`,
    mend: `Is a ticket rotator up, and is the shard open? See ${section("nobody-can-vote")}`,
  });
}

async function checkResults(target: ApiTarget, notes: Notes): Promise<void> {
  const { body } = await ask(target, "{ leaderboard(first: 1) { isOpen isFrozen voteCount } }");
  const board = body?.data?.["leaderboard"] as
    | { isOpen: boolean; isFrozen: boolean; voteCount: number }
    | undefined;
  if (!board) {
    const error = body?.errors?.[0];
    if (error?.extensions?.code === "NOT_READY") {
      return notes.skipped("results", "not before the shard is open");
    }
    return notes.warn("results", {
      says: `it has no leaderboard: ${error?.message ?? "no answer"}`,
      mend: "Roll out the release of this command: cast top wants it",
    });
  }
  const results = board.isFrozen ? "frozen" : "live";
  if (board.isOpen) {
    return notes.ok("poll", `open, results ${results}, ${board.voteCount} votes in this epoch`);
  }
  notes.warn("poll", {
    says: `closed, results ${results}`,
    mend: "If votes are to be taken: cast poll open",
  });
}

async function ask({ url, token, signal }: ApiTarget, query: string): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
  });
  const text = await response.text();
  return { status: response.status, date: response.headers.get("date"), body: parse(text) };
}

function parse(text: string): Answer["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
