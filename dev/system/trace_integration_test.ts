/**
 * One trace from the request to the commit: real processes of all four programs over real stores, and a collector in a
 * process of its own, which gets what Deno exports. And traces are never worth a vote: what strangers send for one, and a
 * collector that is away, change nothing.
 */
import { assert, assertEquals } from "@std/assert";
import { createKafkaClient } from "../../shared/kafka/client.ts";
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { startCollector, tracingEnvironment } from "../otlp/collector.ts";
import type { ReceivedSpan } from "../otlp/span.ts";
import { startSystem } from "./system.ts";

/** Nothing that a span may hold. */
const NAME = "somebody who was voted for";
const VOTER = "somebody who voted";
const QUERY =
  "mutation CastOne($usernames: [String!]!, $ticket: String!, $voter: String, $requestId: ID) { " +
  "vote(usernames: $usernames, voteCount: [1], ticket: $ticket, voterUsername: $voter, requestId: $requestId) { code } }";

interface CastOptions {
  readonly url: string;
  readonly ticket: string;
  readonly traceparent?: string;
}

/** Returns the requestId of a vote that was accepted. */
async function cast({ url, ticket, traceparent }: CastOptions): Promise<string> {
  const requestId = crypto.randomUUID();
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    body: JSON.stringify({
      query: QUERY,
      variables: { usernames: [NAME], ticket, voter: VOTER, requestId },
    }),
  });
  const body = await response.json();
  assertEquals(body, { data: { vote: { code: "ACCEPTED" } } });
  return requestId;
}

async function whenStored(pool: PostgresPool, requestIds: readonly string[]): Promise<void> {
  await waitFor(async () => {
    const { rows } = await pool.query("select from vote_events where request_id = any($1)", [requestIds]);
    return rows.length === requestIds.length;
  }, { what: "the votes in Postgres", withinMs: 60_000 });
}

/** The spans of a trace from its first to the one that has no child. */
function chainOf(spans: readonly ReceivedSpan[], parentSpanId: string): string[] {
  const span = spans.find((each) => each.parentSpanId === parentSpanId);
  return span ? [`${span.service} ${span.name}`, ...chainOf(spans, span.spanId)] : [];
}

function newTrace(): { traceId: string; spanId: string } {
  return {
    traceId: crypto.randomUUID().replaceAll("-", ""),
    spanId: crypto.randomUUID().slice(-12) + "abcd",
  };
}

Deno.test("a vote's trace leads from the request through both doors, Redis and Kafka to the commit in Postgres", async () => {
  await using world = await createWorld();
  await using collector = await startCollector();
  const pool = await world.postgres();
  const system = await startSystem(world, { environment: settings(collector.endpoint) });
  const [ticket, url] = [await openTicket(system), system.urls[0] as string];

  // The first goes through graphql-yoga, which teaches the hot door its document; the others through that.
  const traces = [newTrace(), newTrace(), newTrace()];
  const requestIds: string[] = [];
  for (const { traceId, spanId } of traces) {
    requestIds.push(await cast({ url, ticket, traceparent: `00-${traceId}-${spanId}-01` }));
  }
  await whenStored(pool, requestIds);

  const wanted = [
    "cast-api POST",
    "cast-api mutation",
    "cast-api EVALSHA castVote",
    `cast-outbox_relay create ${world.topic}`,
    `cast-vote_persister process ${world.topic}`,
  ];
  for (const { traceId, spanId } of traces) {
    const spans = await waitFor(async () => {
      const found = (await collector.spans()).filter((span) => span.traceId === traceId);
      return found.length >= wanted.length ? found : undefined;
    }, { what: "the spans of a vote" });
    assertEquals(chainOf(spans, spanId), wanted);
    assertEquals(spans.length, wanted.length);
    assertEquals(spans.filter(({ isError }) => isError), []);
    const operation = spans.find(({ name }) => name === "mutation");
    assertEquals(operation?.attributes, {
      "graphql.operation.type": "mutation",
      "graphql.operation.name": "CastOne",
    });
    await assertLinked(await collector.spans(), spans);
  }
  const told = JSON.stringify(await collector.spans());
  for (const secret of [NAME, VOTER, ticket, "usernames", ...requestIds]) {
    assert(!told.includes(secret), secret);
  }
});

/** The batch that stored the vote is linked to it, and the vote to the batch; that which sent it, to it. */
function assertLinked(all: readonly ReceivedSpan[], vote: readonly ReceivedSpan[]): void {
  const idOf = ({ traceId, spanId }: ReceivedSpan) => `${traceId}-${spanId}`;
  const created = vote.find(({ name }) => name.startsWith("create ")) as ReceivedSpan;
  const processed = vote.find(({ name }) => name.startsWith("process ")) as ReceivedSpan;
  const batches = all.filter(({ links }) => links.includes(idOf(created)));
  assertEquals(batches.map(({ name }) => name.split(" ", 1)[0]).sort(), ["send", "store_votes"]);
  assertEquals(processed.links, batches.filter(({ name }) => name === "store_votes").map(idOf));
}

Deno.test("a vote with a traceparent that is unsampled, or none, is stored and leaves no trace", async () => {
  await using world = await createWorld();
  await using collector = await startCollector();
  const pool = await world.postgres();
  const system = await startSystem(world, { environment: settings(collector.endpoint) });
  const [ticket, url] = [await openTicket(system), system.urls[0] as string];
  const { traceId, spanId } = newTrace();
  const requestIds: string[] = [];
  for (
    const traceparent of [
      `00-${traceId}-${spanId}-00`,
      "garbage",
      `00-${"0".repeat(32)}-${spanId}-01`,
      `00-${traceId}-${"0".repeat(16)}-01`,
      `00-${traceId}-${spanId}-zz`,
      `00-${traceId.toUpperCase()}G-${spanId}-01`,
      "x".repeat(5000),
    ]
  ) {
    requestIds.push(await cast({ url, ticket, traceparent }));
  }
  requestIds.push(...await sendGarbage(world, { traceId, spanId }));
  await whenStored(pool, requestIds);

  // What comes after all of those has come: nothing of theirs is still on its way.
  const last = newTrace();
  await whenStored(pool, [
    await cast({ url, ticket, traceparent: `00-${last.traceId}-${last.spanId}-01` }),
  ]);
  const spans = await waitFor(async () => {
    const all = await collector.spans();
    const isStored = all.some((span) => span.traceId === last.traceId && span.name.startsWith("process "));
    return isStored ? all : undefined;
  }, { what: "the spans of the last vote" });
  assertEquals(spans.filter((span) => span.traceId === traceId), []);
});

/** Records that no API wrote, with traceparents that are none, in the value, the header or both. */
async function sendGarbage(
  world: World,
  { traceId, spanId }: { traceId: string; spanId: string },
): Promise<string[]> {
  // Of an epoch that is over: the guard closes the shard for versions of the open one that Redis has not given.
  const epoch = Number(await world.redis.redis.hget(world.keys.meta, "epoch")) - 1;
  const { log, addresses: { kafkaBrokers: brokers } } = world;
  const producer = createKafkaClient({ brokers, clientId: world.name, log }).producer();
  await producer.connect();
  const unsampled = `00-${traceId}-${spanId}-00`;
  const pairs = [
    ["garbage", "garbage"],
    ["", ""],
    [unsampled, unsampled],
    [`00-${"0".repeat(32)}-${spanId}-01`, "garbage"],
    ["x".repeat(10_000), unsampled],
  ] as const;
  const requestIds: string[] = [];
  const messages = pairs.map(([traceparent, header], index) => {
    const requestId = crypto.randomUUID();
    requestIds.push(requestId);
    const vote = {
      v: 1,
      id: crypto.randomUUID(),
      shard: 0,
      names: ["x"],
      counts: [1],
      requestId,
      traceparent,
    };
    return {
      headers: { traceparent: header },
      value: JSON.stringify({ ...vote, epoch, version: index, at: Date.now() }),
    };
  });
  try {
    await producer.send({ topic: world.topic, messages });
  } finally {
    await producer.disconnect();
  }
  return requestIds;
}

Deno.test("votes do not care whether the collector is away, or takes spans and never answers", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.Conn[] = [];
  const holding = (async () => {
    for await (const connection of silent) held.push(connection);
  })();
  for (const endpoint of ["http://127.0.0.1:1", `http://127.0.0.1:${silent.addr.port}`]) {
    await using world = await createWorld();
    const pool = await world.postgres();
    const system = await startSystem(world, { environment: settings(endpoint) });
    const [ticket, url] = [await openTicket(system), system.urls[0] as string];
    const votes = Array.from({ length: 50 }, () => cast({ url, ticket }));
    await whenStored(pool, await Promise.all(votes));
  }
  assert(held.length > 0, "nothing was exported to the collector that never answers");
  silent.close();
  await holding;
  for (const connection of held) connection.close();
});

function settings(endpoint: string): Record<string, string> {
  return { ...tracingEnvironment(endpoint), CAST_TICKET_USES: "1000", CAST_TICKET_LIFETIME_MS: "600000" };
}

async function openTicket(system: { clients: readonly { whenTicketOpen(): Promise<{ ticket: string }> }[] }) {
  return (await (system.clients[0]!).whenTicketOpen()).ticket;
}
