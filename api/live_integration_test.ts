/** Live results as clients meet them: over HTTP, on real Redis. */
import { assert, assertEquals } from "@std/assert";
import { createClient } from "graphql-sse";
import { waitFor } from "../shared/testing/wait_for.ts";
import { readEvents, type SseReader } from "./live/testing/sse_reader.ts";
import { type ApiWorld, createApiWorld, EPOCH } from "./testing/api_world.ts";

const LEADERBOARD =
  "subscription($first: Int! = 3) { leaderboard(first: $first) { entries { username votes } voteCount isOpen } }";
const TICKET = "subscription { ticketChanged { ticket validUntil remainingUsage } }";

interface Frame {
  readonly entries: readonly { readonly username: string; readonly votes: number }[];
  readonly voteCount: number;
  readonly isOpen: boolean;
}

interface Asking {
  readonly variables?: unknown;
  readonly headers?: Record<string, string>;
  readonly method?: "GET" | "POST";
}

async function open({ client }: ApiWorld, query: string, asking: Asking = {}): Promise<SseReader> {
  const { variables, headers = {}, method = "POST" } = asking;
  const accepting = { accept: "text/event-stream", ...headers };
  if (method === "POST") {
    return readEvents(
      await fetch(client.url, {
        method,
        headers: { ...accepting, "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      }),
    );
  }
  const url = new URL(client.url);
  url.searchParams.set("query", query);
  if (variables !== undefined) url.searchParams.set("variables", JSON.stringify(variables));
  return readEvents(await fetch(url, { headers: accepting }));
}

function framesOf({ events }: SseReader): Frame[] {
  return events.filter(({ event }) => event === "next").map(({ data }) => JSON.parse(data).data.leaderboard);
}

async function lastFrame(reader: SseReader, isIt: (frame: Frame) => boolean, what: string): Promise<Frame> {
  return await waitFor(() => framesOf(reader).filter(isIt).at(-1), { what });
}

async function vote(api: ApiWorld, ticket: string, names: Record<string, number>): Promise<void> {
  const answer = await api.client.vote({
    usernames: Object.keys(names),
    voteCount: Object.values(names),
    ticket,
  });
  assertEquals(answer.code, "ACCEPTED");
}

Deno.test("a stream shows the leaderboard at once, and again when a vote has changed it", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await vote(api, ticket, { Ada: 2, Bo: 1 });
  for (const method of ["GET", "POST"] as const) {
    await using reader = await open(api, LEADERBOARD, { method, variables: { first: 2 } });
    assertEquals(reader.response.status, 200);
    assertEquals(reader.response.headers.get("content-type"), "text/event-stream");
    assertEquals(reader.response.headers.get("access-control-allow-origin"), null);
    const first = await lastFrame(reader, () => true, "the first frame");
    assertEquals(first.entries.length, 2);
    await vote(api, ticket, { Bo: 5 });
    const next = await lastFrame(reader, ({ voteCount }) => voteCount === first.voteCount + 1, "the vote");
    assertEquals(next.entries[0]?.username, "Bo");
  }
});

Deno.test("the graphql-sse client reads what is streamed, by its own rules", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const client = createClient({ url: api.client.url.href, retryAttempts: 0 });
  const stream = client.iterate<{ leaderboard: Frame }>({ query: LEADERBOARD, variables: { first: 1 } });
  assertEquals((await stream.next()).value?.data?.leaderboard, { entries: [], voteCount: 0, isOpen: true });
  await vote(api, ticket, { Ada: 3 });
  assertEquals((await stream.next()).value?.data?.leaderboard, {
    entries: [{ username: "Ada", votes: 3 }],
    voteCount: 1,
    isOpen: true,
  });
  await stream.return?.();
  client.dispose();
});

Deno.test("a stream of tickets shows the one that is open, and the next, but not that its uses become fewer", async () => {
  await using api = await createApiWorld();
  const first = await api.mint();
  await using reader = await open(api, TICKET);
  await using board = await open(api, LEADERBOARD);
  const tickets = () => reader.events.map(({ data }) => JSON.parse(data).data.ticketChanged.ticket);
  await waitFor(() => tickets().length === 1, { what: "the first ticket" });
  await vote(api, first, { Ada: 1 });
  await lastFrame(board, ({ voteCount }) => voteCount === 1, "a frame after the vote");
  const second = await api.mint();
  await waitFor(() => tickets().length > 1, { what: "the second ticket" });
  assertEquals(tickets(), [first, second]);
});

Deno.test("who is cut off subscribes again and is up to date with the first frame", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  {
    await using reader = await open(api, LEADERBOARD);
    await lastFrame(reader, () => true, "the first frame");
  }
  await vote(api, ticket, { Ada: 4 });
  await using again = await open(api, LEADERBOARD);
  await waitFor(() => again.events.length > 0, { what: "a frame" });
  assertEquals(framesOf(again)[0]?.entries, [{ username: "Ada", votes: 4 }]);
});

Deno.test("a stream of a closed shard is silent, and shows the leaderboard once the shard is open", async () => {
  await using api = await createApiWorld({ open: false });
  await using reader = await open(api, LEADERBOARD);
  assertEquals(reader.response.status, 200);
  await waitFor(() => reader.comments() > 0, { what: "the stream's beginning" });
  assertEquals(
    (await api.client.ask("{ leaderboard { voteCount } }")).errors[0]?.extensions?.code,
    "NOT_READY",
  );
  assertEquals(reader.events, []);
  await api.world.openShard(EPOCH);
  await lastFrame(reader, ({ voteCount }) => voteCount === 0, "the first frame");
});

Deno.test("a stream outlives the connection to Redis, and shows what was counted meanwhile", async () => {
  await using api = await createApiWorld();
  await using reader = await open(api, LEADERBOARD);
  await lastFrame(reader, () => true, "the first frame");
  api.proxy.cut();
  await waitFor(() => !api.apiRedis.isConnected(), { what: "the loss of the connection" });
  await api.world.redis.redis.zadd(api.world.keys.tally, 9, "Ada");
  api.proxy.restore();
  const frame = await lastFrame(reader, ({ entries }) => entries.length > 0, "what was counted");
  assertEquals(frame.entries, [{ username: "Ada", votes: 9 }]);
  assertEquals([reader.ended(), reader.events.length], [false, 2]);
});

Deno.test("query and stream show the published totals while results are frozen, and whether votes are taken", async () => {
  await using api = await createApiWorld();
  const { keys, redis: { redis } } = api.world;
  await redis.zadd(keys.tally, 9, "Ada", 2 ** 40, "Bo");
  await redis.zadd(keys.frozen, 1, "Ada");
  const document =
    "{ leaderboard(first: 1) { entries { username votes } candidateCount isOpen isFrozen epoch } }";
  const ask = async () => (await api.client.ask(document)).data?.leaderboard;
  const epoch = String(EPOCH);
  const live = { entries: [{ username: "Bo", votes: 2 ** 31 - 1 }], candidateCount: 2 };
  // The second time the hot door answers.
  for (let times = 0; times < 2; times++) {
    assertEquals(await ask(), { ...live, isOpen: true, isFrozen: false, epoch });
  }
  await using reader = await open(api, LEADERBOARD);
  await lastFrame(reader, ({ entries }) => entries.length === 2, "both names");
  await redis.hset(keys.meta, { results: "frozen", voting: "closed" });
  const frozen = { entries: [{ username: "Ada", votes: 1 }], candidateCount: 1 };
  assertEquals(await ask(), { ...frozen, isOpen: false, isFrozen: true, epoch });
  const frame = await lastFrame(reader, ({ isOpen }) => !isOpen, "the poll's end");
  assertEquals(frame.entries, frozen.entries);
});

Deno.test("first is 1 to 100, in a query and in a subscription", async () => {
  await using api = await createApiWorld();
  for (const first of [0, -1, 101]) {
    const { errors, text } = await api.client.ask(`{ leaderboard(first: ${first}) { voteCount } }`);
    assertEquals(errors[0]?.extensions?.code, "INPUT_INVALID", text);
    await using reader = await open(api, LEADERBOARD, { variables: { first } });
    assertEquals(await refusalIn(reader), "INPUT_INVALID");
  }
});

/** The code of a stream that has one event, an error, and is complete. */
async function refusalIn(reader: SseReader): Promise<string> {
  await waitFor(() => reader.ended(), { what: "the end of a refusal" });
  assertEquals(reader.events.map(({ event }) => event), ["next", "complete"], JSON.stringify(reader.events));
  const { data, errors } = JSON.parse(reader.events[0]?.data ?? "");
  assertEquals([data ?? null, errors.length >= 1], [null, true]);
  assertEquals(errors[0].extensions.http, undefined);
  return errors[0].extensions.code;
}

Deno.test("what is wrong with a document or its variables is told as graphql-yoga tells it, in the stream", async () => {
  await using api = await createApiWorld();
  const refused: readonly (readonly [document: string, code: string, variables?: unknown])[] = [
    ["subscription { leaderboard {", "GRAPHQL_PARSE_FAILED"],
    ["subscription { leaderboard { nothing } }", "GRAPHQL_VALIDATION_FAILED"],
    ["subscription { leaderboard { voteCount } ticketChanged { ticket } }", "GRAPHQL_VALIDATION_FAILED"],
    [
      "subscription { ...F } fragment F on Subscription { leaderboard { voteCount } ticketChanged { ticket } }",
      "GRAPHQL_VALIDATION_FAILED",
    ],
    ["subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"],
    ["subscription { __schema { types { name } } }", "GRAPHQL_VALIDATION_FAILED"],
    [`subscription { leaderboard { entries { ${"username ".repeat(150)} } } }`, "GRAPHQL_VALIDATION_FAILED"],
    [`subscription { leaderboard { entries { ${"username ".repeat(500)} } } }`, "GRAPHQL_PARSE_FAILED"],
    [
      `subscription { leaderboard { ${
        Array.from({ length: 30 }, (_, n) => `a${n}: voteCount`).join(" ")
      } } }`,
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [LEADERBOARD, "BAD_USER_INPUT", { first: "x" }],
    [LEADERBOARD, "BAD_USER_INPUT", { first: null }],
    [
      "subscription A { leaderboard { voteCount } } subscription B { leaderboard { voteCount } }",
      "OPERATION_RESOLUTION_FAILURE",
    ],
    ["{ cas { ticket } }", "NOT_ACCEPTABLE"],
    ["subscription { leaderboard @skip(if: true) { voteCount } }", "BAD_USER_INPUT"],
    ["subscription($no: Boolean! = false) { leaderboard @include(if: $no) { voteCount } }", "BAD_USER_INPUT"],
  ];
  for (const [document, code, variables] of refused) {
    for (const method of ["GET", "POST"] as const) {
      await using reader = await open(api, document, { method, variables });
      assertEquals(await refusalIn(reader), code, document);
    }
  }
  assert(!api.world.log.has("request_failed"), JSON.stringify(api.world.log.events));
});

Deno.test("a vote is not counted in a stream, and a subscription not answered without one", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  const before = await api.snapshot();
  const document = `mutation { vote(usernames: ["Ada"], voteCount: [1], ticket: "${ticket}") { code } }`;
  await using reader = await open(api, document);
  assertEquals([reader.response.status, await refusalIn(reader)], [406, "NOT_ACCEPTABLE"]);
  assertEquals(await api.snapshot(), before);
  const { status, errors } = await api.client.ask(LEADERBOARD);
  assertEquals([status, errors[0]?.extensions?.code], [406, "NOT_ACCEPTABLE"]);
});

Deno.test("streams beyond the caps are refused with a status, a code and a time to come again", async () => {
  await using api = await createApiWorld({
    settings: {
      CAST_LIVE_VIEWERS_MAX: "3",
      CAST_LIVE_VIEWERS_PER_ADDRESS_MAX: "2",
      CAST_API_PROXY_HOPS: "1",
      // An open stream is no request under way.
      CAST_API_REQUESTS_MAX: "1",
    },
  });
  // The client writes what it likes; the proxy, which is this test, appends whom it has seen.
  const from = (address: string) =>
    open(api, LEADERBOARD, { headers: { "x-forwarded-for": `${crypto.randomUUID()}, ${address}` } });
  const refusal = async (reader: SseReader) => {
    await waitFor(() => reader.ended(), { what: "a refusal's end" });
    return [reader.response.status, Number(reader.response.headers.get("retry-after")) > 0];
  };
  await using first = await from("7.7.7.7");
  await using second = await from("7.7.7.7");
  await using third = await from("7.7.7.7");
  assertEquals(await refusal(third), [429, true]);
  await using other = await from("8.8.8.8");
  assertEquals(other.response.status, 200);
  await using fourth = await from("9.9.9.9");
  assertEquals(await refusal(fourth), [503, true]);
  await first[Symbol.asyncDispose]();
  await waitFor(async () => {
    await using again = await from("7.7.7.7");
    return again.response.status === 200;
  }, { what: "a place that was given back" });
  assertEquals([second.ended(), other.ended()], [false, false]);
});

Deno.test("who asks for other variables is sent what they ask for", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await using one = await open(api, LEADERBOARD, { headers: { authorization: "Bearer one" } });
  await using two = await open(api, LEADERBOARD, { variables: { first: 1 } });
  await vote(api, ticket, { Ada: 2, Bo: 1 });
  assertEquals((await lastFrame(one, ({ voteCount }) => voteCount === 1, "one")).entries.length, 2);
  assertEquals((await lastFrame(two, ({ voteCount }) => voteCount === 1, "two")).entries.length, 1);
});
