/**
 * Voters who use a ticket to its end: each votes shortly before its ticket expires, and then repeats the vote with that
 * ticket for as long as a client may. Whoever retires a key too early refuses them.
 */
import { setTimeout as timeout } from "node:timers/promises";
import type { ApiClient, VoteAnswer } from "./api_client.ts";

export interface PatientVotersOptions {
  readonly client: ApiClient;
  readonly username: string;
  /** How long a vote may be repeated: half of CAST_REQUEST_LIFE_MS. */
  readonly repeatMsMax: number;
}

export interface PatientVoters {
  /** Answers by code, unknown ones included. */
  readonly answers: ReadonlyMap<string, number>;
  /** Totals that a repeat was answered with, where they were not those of the first answer. */
  readonly changed: readonly string[];
  /** Until when, by this machine's clock in ms, tickets of a key may still come. */
  lastRepeatAt(kid: string): number;
  /** Resolves when every request with a ticket of the key, begun in time, has its answer. */
  whenAnswered(kid: string): Promise<void>;
  finish(): Promise<void>;
}

const ARRIVAL_MS = 100;
const REPEAT_MS = 150;
const BEFORE_THE_END_MS = 200;

export function startPatientVoters({ client, username, repeatMsMax }: PatientVotersOptions): PatientVoters {
  const answers = new Map<string, number>();
  const changed: string[] = [];
  const lastRepeatAt = new Map<string, number>();
  const voting = new Map<Promise<void>, string>();
  const stopped = new AbortController();

  async function castToTheEnd({ ticket, validUntil }: { ticket: string; validUntil: string }): Promise<void> {
    const requestId = crypto.randomUUID();
    await timeout(Math.max(Date.parse(validUntil) - BEFORE_THE_END_MS - Date.now(), 0));
    const until = Date.now() + repeatMsMax;
    let first: string | undefined;
    while (Date.now() < until) {
      const answer = await client.vote({ usernames: [username], voteCount: [1], ticket, requestId });
      const code = codeOf(answer);
      answers.set(code, (answers.get(code) ?? 0) + 1);
      if (answer.kind === "result" && code === "ACCEPTED") {
        const totals = answer.result.votes.join(",");
        first ??= totals;
        if (totals !== first) changed.push(`${totals} after ${first}`);
      }
      // Too late for a first vote; a machine under load does that.
      if (code === "TICKET_EXPIRED" && first === undefined) return;
      await timeout(REPEAT_MS);
    }
  }

  const arrivals = (async () => {
    while (!stopped.signal.aborted) {
      const info = await client.cas();
      if (info) {
        const kid = info.ticket.split(".")[0] as string;
        const until = Date.parse(info.validUntil) + repeatMsMax;
        lastRepeatAt.set(kid, Math.max(until, lastRepeatAt.get(kid) ?? 0));
        const voter = castToTheEnd(info);
        voting.set(voter, kid);
        voter.finally(() => voting.delete(voter));
      }
      await timeout(ARRIVAL_MS);
    }
  })();

  return {
    answers,
    changed,
    lastRepeatAt: (kid) => lastRepeatAt.get(kid) ?? 0,
    async whenAnswered(kid) {
      await Promise.all([...voting].filter(([, held]) => held === kid).map(([voter]) => voter));
    },
    async finish() {
      stopped.abort();
      await arrivals;
      await Promise.all(voting.keys());
    },
  };
}

function codeOf(answer: VoteAnswer): string {
  return answer.kind === "result" ? answer.result.code : "unknown";
}
