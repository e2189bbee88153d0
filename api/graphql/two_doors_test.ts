/**
 * Whoever asks cannot tell the hot door from graphql-yoga: status, headers, bytes, what was executed and what was logged
 * are the same for every request of the corpus, at first sight and at every later one.
 */
import { assert, assertEquals } from "@std/assert";
import { corpus } from "./testing/corpus/corpus.ts";
import {
  asks,
  CAS_DOCUMENT,
  type Entry,
  JSON_HEADERS,
  QUERY_DOCUMENT,
  RANKING_DOCUMENT,
  TALLIES_DOCUMENT,
  VOTE_DOCUMENT,
  VOTE_VARIABLES,
} from "./testing/corpus/entry.ts";
import { type ServedDoors, serveTwoDoors } from "./testing/served_doors.ts";
import { shuffled } from "./testing/shuffled.ts";

/** First sight, when the door learns; then known; then once more. */
const SIGHTS = 3;
/** Of the corpus in its order; most of it is wrong on purpose or of a shape that the door leaves alone. */
const ANSWERED_SHARE_MIN = 0.2;

async function assertSame(doors: ServedDoors, entry: Entry): Promise<boolean> {
  const { hot, plain, answeredHot } = await doors.compare(entry);
  assertEquals(hot, plain, entry.name);
  return answeredHot;
}

Deno.test("no two entries of the corpus have the same name", () => {
  assertEquals(new Set(corpus.map(({ name }) => name)).size, corpus.length);
});

Deno.test("both doors do the same with each request of the corpus, three times in a row", async () => {
  await using doors = serveTwoDoors();
  let answered = 0;
  for (const entry of corpus) {
    for (let sight = 0; sight < SIGHTS; sight++) if (await assertSame(doors, entry)) answered++;
  }
  const share = answered / (SIGHTS * corpus.length);
  console.log(`corpus: ${corpus.length} requests, ${(100 * share).toFixed(1)} % answered by the hot door`);
  assert(share >= ANSWERED_SHARE_MIN, `the hot door answered ${share}`);
});

Deno.test("both doors do the same with the corpus in any order", async () => {
  await using doors = serveTwoDoors();
  const seed = Number(Deno.env.get("CAST_TEST_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  console.log(`seed ${seed}`);
  for (const entry of shuffled(corpus, seed)) await assertSame(doors, entry);
});

Deno.test("the hot door answers at second sight what clients of CAST ask, and not before", async () => {
  const apollo: Entry["headers"] = [...JSON_HEADERS, [
    "accept",
    "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json;q=0.9",
  ]];
  const urql: Entry["headers"] = [...JSON_HEADERS, [
    "accept",
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
  ]];
  const extensions = { clientLibrary: { name: "@apollo/client", version: "4.0.0" } };
  const vote = { query: VOTE_DOCUMENT, variables: VOTE_VARIABLES };
  const expected: readonly Entry[] = [
    asks("vote", vote),
    asks("vote refused", { ...vote, variables: { ...VOTE_VARIABLES, ticket: "OVERLOADED" } }),
    asks("vote of unknown outcome", { ...vote, variables: { ...VOTE_VARIABLES, ticket: "unknown" } }),
    asks("vote by Apollo", { ...vote, operationName: "Vote", extensions }, { headers: apollo }),
    asks("vote by urql", { ...vote, operationName: "Vote", extensions: {} }, { headers: urql }),
    asks("vote by hand", {
      query: 'mutation { vote(usernames: ["Ada"], voteCount: [1], ticket: "accepted") { code } }',
    }),
    asks("query", { query: QUERY_DOCUMENT, variables: { name: "seven" } }),
    asks("query by Apollo", { query: QUERY_DOCUMENT, variables: { name: "seven" }, extensions }, {
      headers: apollo,
    }),
    asks("query of a closed shard", { query: QUERY_DOCUMENT, variables: { name: "not ready" } }),
    asks("cas", { query: CAS_DOCUMENT }),
    asks("cas with null for nothing", {
      query: CAS_DOCUMENT,
      variables: null,
      operationName: null,
      extensions: null,
    }),
    asks("tallies", { query: TALLIES_DOCUMENT, variables: { names: ["Ada", "seven"] } }),
    asks("tallies of a closed shard", { query: TALLIES_DOCUMENT, variables: { names: ["not ready"] } }),
    asks("a page of candidates", { query: RANKING_DOCUMENT, variables: { first: 3 } }),
    asks("a page of candidates that is too long", { query: RANKING_DOCUMENT, variables: { first: 501 } }),
    asks("cas with names of types", { query: "{ cas { ticket __typename } }" }),
  ];
  for (const entry of expected) {
    await using doors = serveTwoDoors();
    const answered = [await assertSame(doors, entry), await assertSame(doors, entry)];
    assertEquals(answered, [false, true], entry.name);
  }
});
