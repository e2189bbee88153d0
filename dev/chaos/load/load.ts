/**
 * Voters who come at a constant rate, whatever becomes of those before them, and write down every call and its answer: an
 * open loop, so that a system which stands still is seen to stand still.
 *
 * ```ts
 * const history = createHistory(path);
 * const load = startLoad({ endpoints: () => fleet.apiUrls(), history, perSecond: 1000 });
 * const counts = await load.finish();
 * history.close();
 * ```
 */
import { pause } from "../../../shared/lifecycle/pause.ts";
import { createCallDeadlines, STEP_MS } from "./call_deadlines.ts";
import type { LoadCounts } from "./history.ts";
import type { History } from "./history_writer.ts";
import { CANDIDATES, createIntents } from "./intents.ts";
import { createTickets } from "./tickets.ts";
import { castVote, REPEAT_MS_MAX, type VoterDeps } from "./voter.ts";

export interface LoadOptions {
  /** GraphQL URLs of the API processes of the moment. Asked for at every call: they change when one is restarted. */
  readonly endpoints: () => readonly string[];
  readonly history: History;
  readonly perSecond?: number;
  readonly names?: readonly string[];
  /** How long a voter tries. With a last call and a repeat it must stay below half of `requestLifeMs`. */
  readonly patienceMs?: number;
  readonly callMsMax?: number;
  /** CAST_REQUEST_LIFE_MS. */
  readonly requestLifeMs?: number;
  /** At once, so calls in flight too. Who comes above it is counted as shed. */
  readonly votersMax?: number;
  readonly stubbornShare?: number;
  readonly repeatShare?: number;
  readonly voterShare?: number;
  readonly random?: () => number;
  /** Ends arrivals and gives up every voter; `finish` is still to be called. */
  readonly signal?: AbortSignal;
}

export interface Load {
  /** So far. */
  counts(): LoadCounts;
  /** Voters who have neither an answer nor given up. */
  voting(): number;
  /** No new voters; resolves when the last has an answer or has given up. Twice is once. */
  finish(): Promise<LoadCounts>;
}

const NO_COUNTS: LoadCounts = {
  due: 0,
  arrived: 0,
  shed: 0,
  accepted: 0,
  gaveUpUnknown: 0,
  gaveUpRefused: 0,
  neverCalled: 0,
  arrivingMs: 0,
};
const BEAT_MS = 10;
const TEND_MS = 50;
const TICKET_MS = 250;

export function startLoad(options: LoadOptions): Load {
  const { history, perSecond = 1000, votersMax = 4000, signal = new AbortController().signal } = options;
  const { deps, tending, stopTending } = prepare(options, signal);
  const counts: { -readonly [Name in keyof LoadCounts]: LoadCounts[Name] } = { ...NO_COUNTS };
  const voters = new Set<Promise<void>>();
  const closing = new AbortController();
  const arriving = AbortSignal.any([closing.signal, signal]);

  function arrive(): void {
    counts.due++;
    if (voters.size >= votersMax) return void counts.shed++;
    counts.arrived++;
    const voter = castVote(deps.intents.next(), deps).then((end) => {
      counts[end]++;
      voters.delete(voter);
    });
    voters.add(voter);
  }
  async function arrivals(): Promise<void> {
    history.event({ event: "load_begun", perSecond });
    const begunT = history.nowT();
    while (!arriving.aborted) {
      counts.arrivingMs = history.nowT() - begunT;
      const due = Math.floor(counts.arrivingMs / 1000 * perSecond);
      while (counts.due < due) arrive();
      await pause(BEAT_MS, arriving);
    }
  }
  const arrived = arrivals();
  async function end(): Promise<LoadCounts> {
    closing.abort();
    await arrived;
    await Promise.all(voters);
    await stopTending();
    await tending;
    history.event({ event: "load_ended", ...counts });
    return counts;
  }
  let ended: Promise<LoadCounts> | undefined;
  return { counts: () => ({ ...counts }), voting: () => voters.size, finish: () => ended ??= end() };
}

/** What all voters share, and the loop that keeps tickets fresh and ends calls that hang. */
function prepare(options: LoadOptions, signal: AbortSignal) {
  const { endpoints, history, names = CANDIDATES, random = Math.random } = options;
  const { callMsMax = 5000, patienceMs = 45_000, requestLifeMs = 120_000 } = options;
  const { stubbornShare = 0.05, repeatShare = 0.02, voterShare = 0.2 } = options;
  // The last call may begin when patience ends, and a repeat goes after it.
  const longestMs = patienceMs + REPEAT_MS_MAX + 2 * (callMsMax + STEP_MS);
  if (longestMs >= requestLifeMs / 2) {
    throw new RangeError(
      `Start a load: its voters would repeat for ${longestMs} ms, wanted less than half of ${requestLifeMs} ms`,
    );
  }
  const deadlines = createCallDeadlines({ callMsMax, now: history.nowT });
  const tickets = createTickets({ endpoints, history, deadlines, random, wallMs: () => Date.now() });
  const intents = createIntents({ names, random, voterShare });
  const over = new AbortController();
  let isClosing = false;

  async function tend(): Promise<void> {
    for (let beats = 0; !over.signal.aborted; beats++) {
      if (beats % (TICKET_MS / TEND_MS) === 0 && !isClosing) tickets.refresh();
      deadlines.sweep();
      await pause(TEND_MS, over.signal);
    }
  }
  return {
    deps: {
      history,
      tickets,
      deadlines,
      intents,
      random,
      patienceMs,
      stubbornShare,
      repeatShare,
      signal,
    } satisfies VoterDeps,
    tending: tend(),
    async stopTending(): Promise<void> {
      isClosing = true;
      await tickets.settled();
      over.abort();
    },
  };
}
