/** A client that hangs up ends its own waiting, never a vote. */
import { assertEquals, assertRejects } from "@std/assert";
import { createSilentLogger } from "../shared/testing/silent_logger.ts";
import { waitFor } from "../shared/testing/wait_for.ts";
import type { CastVoteOutcome } from "../shared/vote/outcome.ts";
import { createEntrance } from "./entrance.ts";
import { createHotDoor } from "./graphql/hot_door.ts";
import { createKnownOperations } from "./graphql/known_operations.ts";
import { createYogaDoor, type Door } from "./graphql/yoga.ts";

/** With a fragment: graphql-yoga's business however often it is asked. */
const SPREAD_VOTE =
  `mutation { vote(usernames: ["Ada"], voteCount: [1], ticket: "t") { ...F } } fragment F on VoteResult { code }`;
/** The hot door's when it is asked again. */
const ONE_VOTE = `mutation { vote(usernames: ["Ada"], voteCount: [1], ticket: "t") { code } }`;

/** Votes that end when they are let go. */
function createHeldVotes() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const begun: string[] = [];
  const ended: string[] = [];
  const castVote = async (
    { request }: { request: { names: readonly string[] } },
  ): Promise<CastVoteOutcome> => {
    begun.push(request.names.join());
    await released;
    ended.push(request.names.join());
    return { kind: "accepted", totals: [1] };
  };
  return { begun, ended, release, castVote };
}

async function hangUpOn(query: string, { handedOn: expected }: { handedOn: number }): Promise<void> {
  const log = createSilentLogger();
  let held = createHeldVotes();
  let handedOn = 0;
  const answers: Promise<Response>[] = [];
  let hungUp = false;
  const door = createDoors({ castVote: (ballot) => held.castVote(ballot), onNext: () => handedOn++, log });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    request.signal.addEventListener("abort", () => void (hungUp = true));
    const answer = door(request);
    answers.push(answer);
    return answer;
  });
  const ask = (signal?: AbortSignal) =>
    fetch(`http://127.0.0.1:${server.addr.port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
      ...(signal ? { signal } : {}),
    });
  held.release();
  await (await ask()).text();

  held = createHeldVotes();
  hungUp = false;
  const hangUp = new AbortController();
  const request = ask(hangUp.signal);
  await waitFor(() => held.begun.length === 1, { what: "the first vote" });
  hangUp.abort();
  await assertRejects(() => request);
  await waitFor(() => hungUp, { what: "the server to see that its client is gone" });
  held.release();
  await waitFor(() => held.ended.length === 1, { what: "the vote's end" });
  assertEquals(held.ended, ["Ada"]);
  assertEquals((await answers[1])?.status, 200);
  assertEquals(handedOn, expected);
  await server.shutdown();
  assertEquals(log.events, []);
}

function createDoors({ castVote, onNext, log }: {
  castVote: ReturnType<typeof createHeldVotes>["castVote"];
  onNext: () => void;
  log: ReturnType<typeof createSilentLogger>;
}): Door {
  const known = createKnownOperations();
  const notReady = () => Promise.resolve({ kind: "not_ready" } as const);
  const reader = {
    readTotal: notReady,
    readOpenTicket: notReady,
    readTotals: notReady,
    readRanking: notReady,
    readReceipt: notReady,
    readLive: notReady,
  };
  const yoga = createYogaDoor({ castVote, reader, known, tools: false, log });
  const hot = createHotDoor({
    known,
    next(request) {
      onNext();
      return yoga(request);
    },
  });
  return createEntrance(hot, { requestsMax: 10 }).fetch;
}

Deno.test("a request whose client hung up is executed to its end", () =>
  hangUpOn(SPREAD_VOTE, { handedOn: 2 }));

Deno.test("a vote at the hot door whose client hung up is executed to its end", () =>
  hangUpOn(ONE_VOTE, { handedOn: 1 }));
