import { assertEquals, assertRejects } from "@std/assert";
import { GraphQLError } from "graphql";
import type { RankedName, RankingPlace } from "../../shared/redis/ranking_scripts.ts";
import { TOTAL_MAX } from "../../shared/vote/rules.ts";
import { cursorOf } from "./cursor.ts";
import { createTallyResolvers } from "./tally_resolvers.ts";

/** A ranking of names with these totals, at the place that is asked for. */
function resolversOver(names: readonly RankedName[], beforeCount = 0) {
  const asked: unknown[] = [];
  const resolvers = createTallyResolvers({
    readTotals(asked_names) {
      asked.push(asked_names);
      const totalOf = (name: string) => names.find((each) => each.name === name)?.total ?? 0;
      return Promise.resolve({ kind: "totals", totals: asked_names.map(totalOf) });
    },
    readRanking(place: RankingPlace) {
      asked.push(place);
      const ranked = names.slice(beforeCount, beforeCount + place.countMax);
      return Promise.resolve({ kind: "page", ranked, beforeCount, nameCount: names.length });
    },
  });
  return { ...resolvers, asked };
}

const closed = createTallyResolvers({
  readTotals: () => Promise.resolve({ kind: "not_ready" }),
  readRanking: () => Promise.resolve({ kind: "not_ready" }),
});

const NAMES: readonly RankedName[] = [
  { name: "Ada", total: TOTAL_MAX + 9 },
  { name: "Bo", total: 2 },
  { name: "Cy", total: 1 },
];

async function codeOf(read: () => Promise<unknown>): Promise<unknown> {
  return (await assertRejects<GraphQLError>(read, GraphQLError)).extensions.code;
}

Deno.test("tallies() gives each name asked for its total, in order, within GraphQL's Int", async () => {
  const { tallies } = resolversOver(NAMES);
  assertEquals(await tallies(undefined, { usernames: ["Cy", "nobody", "Ada", "Cy"] }), [
    { username: "Cy", votes: 1 },
    { username: "nobody", votes: 0 },
    { username: "Ada", votes: TOTAL_MAX },
    { username: "Cy", votes: 1 },
  ]);
  assertEquals(await tallies(undefined, { usernames: [] }), []);
});

Deno.test("tallies() takes 100 names and not 101, nor one that breaks the rule, and then asks nobody", async () => {
  const { tallies, asked } = resolversOver(NAMES);
  const names = (count: number) => Array.from({ length: count }, (_, index) => `name ${index}`);
  assertEquals((await tallies(undefined, { usernames: names(100) })).length, 100);
  for (const usernames of [names(101), ["Ada", " Bo"], [""], ["e\u0301"], ["\ud800"]]) {
    assertEquals(await codeOf(() => tallies(undefined, { usernames })), "INPUT_INVALID");
  }
  assertEquals(asked.length, 1);
});

Deno.test("candidates() gives a page with the cursors of its ends and where it lies", async () => {
  const first = resolversOver(NAMES);
  const { edges, pageInfo, totalCount } = await first.candidates(undefined, { first: 2 });
  assertEquals(edges.map(({ node }) => node), [{ username: "Ada", votes: TOTAL_MAX }, {
    username: "Bo",
    votes: 2,
  }]);
  assertEquals([pageInfo.hasPreviousPage, pageInfo.hasNextPage, totalCount], [false, true, 3]);
  assertEquals([pageInfo.startCursor, pageInfo.endCursor], [edges[0]?.cursor, edges[1]?.cursor]);

  const last = resolversOver(NAMES, 2);
  const page = await last.candidates(undefined, { first: 2, after: pageInfo.endCursor });
  assertEquals(page.edges.map(({ node }) => node.username), ["Cy"]);
  assertEquals([page.pageInfo.hasPreviousPage, page.pageInfo.hasNextPage], [true, false]);
  assertEquals(last.asked, [{ after: { name: "Bo", total: 2 }, countMax: 2 }]);
});

Deno.test("candidates() of no names is an empty page without cursors", async () => {
  const { pageInfo, edges, totalCount } = await resolversOver([]).candidates(undefined, {
    first: 50,
    after: null,
  });
  assertEquals([edges, totalCount], [[], 0]);
  assertEquals(pageInfo, { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
});

Deno.test("candidates() refuses pages of no length, too long ones, and cursors of no page", async () => {
  const { candidates, asked } = resolversOver(NAMES);
  for (const first of [0, -1, 501, 2 ** 31 - 1, -(2 ** 31)]) {
    assertEquals(await codeOf(() => candidates(undefined, { first })), "INPUT_INVALID");
  }
  for (const after of ["", "!", "QQ", `${cursorOf({ name: "Bo", total: 2 })}x`]) {
    assertEquals(await codeOf(() => candidates(undefined, { first: 1, after })), "INPUT_INVALID");
  }
  assertEquals(asked, []);
  await candidates(undefined, { first: 500 });
});

Deno.test("tallies() and candidates() answer a closed shard with the error NOT_READY", async () => {
  assertEquals(await codeOf(() => closed.tallies(undefined, { usernames: ["Ada"] })), "NOT_READY");
  assertEquals(await codeOf(() => closed.candidates(undefined, { first: 1 })), "NOT_READY");
});
