/** Lists of totals over HTTP, as clients ask for them and as they should not. */
import { assert, assertEquals } from "@std/assert";
import { TOTAL_MAX } from "../shared/vote/rules.ts";
import { CANDIDATES_DOCUMENT, TALLIES_DOCUMENT } from "./graphql/testing/corpus/entry.ts";
import { type ApiWorld, createApiWorld } from "./testing/api_world.ts";

const NAMES = 20_000;
const PAGE = 500;

interface Page {
  readonly totalCount: number;
  readonly edges: readonly { readonly cursor: string; readonly node: { username: string; votes: number } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

async function page(
  { client }: ApiWorld,
  variables: { first: number; after?: string | null },
): Promise<Page> {
  const { data, text } = await client.ask(CANDIDATES_DOCUMENT, variables);
  assert(data, text);
  return data["candidates"] as Page;
}

async function codeOf({ client }: ApiWorld, document: string, variables: Record<string, unknown>) {
  const { data, errors } = await client.ask(document, variables);
  assertEquals(data ?? null, null);
  return errors[0]?.extensions?.["code"];
}

Deno.test("candidates pages through 20,000 names while votes go on, each once, the highest first", async () => {
  await using api = await createApiWorld();
  const { redis: { redis }, keys } = api.world;
  for (let start = 0; start < NAMES; start += PAGE) {
    const names = Array.from({ length: PAGE }, (_, index) => start + index);
    await redis.zadd(keys.tally, ...names.flatMap((index) => [1 + index % 89, `Zoë ${index}`]));
  }
  const ticket = await api.mint();
  const seen = new Map<string, number>();
  let after: string | null = null;
  let pages = 0;
  for (let isMore = true; isMore; pages++) {
    assert(pages < 2 * NAMES / PAGE, "the pages have no end");
    const { edges, pageInfo, totalCount }: Page = await page(api, { first: PAGE, after });
    assertEquals([totalCount, pageInfo.hasPreviousPage], [NAMES, pages > 0]);
    const last = [...seen.values()].at(-1) ?? Infinity;
    assert((edges[0]?.node.votes ?? 0) <= last);
    for (const { node: { username, votes } } of edges) {
      assert(!seen.has(username), `${username} comes twice`);
      seen.set(username, votes);
    }
    [after, isMore] = [pageInfo.endCursor, pageInfo.hasNextPage];
    // For the leader, which nobody passes by.
    const [leader = ""] = seen.keys();
    const { code } = await api.client.vote({ usernames: [leader], voteCount: [1], ticket });
    assertEquals(code, "ACCEPTED");
  }
  assertEquals([seen.size, pages], [NAMES, NAMES / PAGE]);
});

Deno.test("candidates is an empty page where nobody has votes, and begins anew where its name is gone", async () => {
  await using api = await createApiWorld();
  const empty = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
  assertEquals(await page(api, { first: 5 }), { totalCount: 0, edges: [], pageInfo: empty });
  const { redis: { redis }, keys } = api.world;
  await redis.zadd(keys.tally, 5, "a", 3, "b", 3, "c", 1, "d");
  const { pageInfo } = await page(api, { first: 2 });
  await redis.zrem(keys.tally, "c");
  const next = await page(api, { first: 2, after: pageInfo.endCursor });
  assertEquals(next.edges.map(({ node }) => node.username), ["b", "d"]);
});

Deno.test("tallies and candidates see a vote as soon as it is answered, and nothing of it while results are frozen", async () => {
  await using api = await createApiWorld();
  const { redis: { redis }, keys } = api.world;
  const ticket = await api.mint();
  const tallies = async () =>
    (await api.client.ask(TALLIES_DOCUMENT, { names: ["Bo", "Ada", "nobody"] })).data?.["tallies"];
  await api.client.vote({ usernames: ["Ada", "Bo"], voteCount: [3, 1], ticket });
  assertEquals(await tallies(), [{ username: "Bo", votes: 1 }, { username: "Ada", votes: 3 }, {
    username: "nobody",
    votes: 0,
  }]);
  await redis.zadd(keys.frozen, 2, "Ada");
  await redis.hset(keys.meta, "results", "frozen");
  await api.client.vote({ usernames: ["Bo"], voteCount: [9], ticket });
  assertEquals(await tallies(), [{ username: "Bo", votes: 0 }, { username: "Ada", votes: 2 }, {
    username: "nobody",
    votes: 0,
  }]);
  assertEquals((await page(api, { first: 5 })).edges.map(({ node }) => node), [{
    username: "Ada",
    votes: 2,
  }]);
});

Deno.test("tallies and candidates clamp a total that was carried past GraphQL's Int, and page on behind it", async () => {
  await using api = await createApiWorld();
  await api.world.redis.redis.zadd(api.world.keys.tally, TOTAL_MAX + 10, "Ada", TOTAL_MAX + 5, "Bo");
  const first = await page(api, { first: 1 });
  assertEquals(first.edges[0]?.node, { username: "Ada", votes: TOTAL_MAX });
  const { edges } = await page(api, { first: 1, after: first.pageInfo.endCursor });
  assertEquals(edges[0]?.node, { username: "Bo", votes: TOTAL_MAX });
});

Deno.test("tallies and candidates refuse hostile arguments with the error INPUT_INVALID", async () => {
  await using api = await createApiWorld();
  for (const first of [0, -1, 501]) {
    assertEquals(await codeOf(api, CANDIDATES_DOCUMENT, { first }), "INPUT_INVALID");
  }
  for (const after of ["", "!", "e30", "bnVsbA", "W10", "A".repeat(60_000)]) {
    assertEquals(await codeOf(api, CANDIDATES_DOCUMENT, { first: 1, after }), "INPUT_INVALID");
  }
  const names = (count: number) => Array.from({ length: count }, (_, index) => `name ${index}`);
  for (const wrong of [names(101), [" Ada"], [""], ["e\u0301"], ["A\0da"]]) {
    assertEquals(await codeOf(api, TALLIES_DOCUMENT, { names: wrong }), "INPUT_INVALID");
  }
  assertEquals((await api.client.ask(TALLIES_DOCUMENT, { names: names(100) })).errors, []);
});

Deno.test("tallies and candidates are the error NOT_READY while the shard is closed", async () => {
  await using api = await createApiWorld({ open: false });
  assertEquals(await codeOf(api, TALLIES_DOCUMENT, { names: ["Ada"] }), "NOT_READY");
  assertEquals(await codeOf(api, CANDIDATES_DOCUMENT, { first: 1 }), "NOT_READY");
});
