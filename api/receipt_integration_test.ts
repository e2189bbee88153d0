/** Receipts over HTTP. What becomes of them when a store is lost is tested beside the guard, which says what is stored. */
import { assert, assertEquals } from "@std/assert";
import { createStoredScripts } from "../shared/redis/stored_scripts.ts";
import { RECEIPT_DOCUMENT } from "./graphql/testing/corpus/entry.ts";
import { type ApiWorld, createApiWorld, EPOCH } from "./testing/api_world.ts";

async function receipt({ client }: ApiWorld, id: string) {
  const { data, errors, text } = await client.ask(RECEIPT_DOCUMENT, { id });
  assert(data, text);
  return errors[0]?.extensions?.["code"] ?? data["receipt"];
}

Deno.test("receipt follows an accepted vote: accepted, queued, stored", async () => {
  await using api = await createApiWorld();
  const { redis: client, keys } = api.world;
  const ticket = await api.mint();
  await api.client.vote({ usernames: ["Ada"], voteCount: [1], ticket });
  await api.client.vote({ usernames: ["Ada"], voteCount: [1], ticket, requestId: "a b~" });
  const entries = await client.redis.xrange(keys.outbox, "-", "+");
  const voteId = JSON.parse(entries[1]?.[1][1] ?? "{}").id;
  const expected = (state: string) => ({ requestId: "a b~", state, voteId, version: `${EPOCH}-1` });
  assertEquals(await receipt(api, "a b~"), expected("ACCEPTED"));
  await client.redis.xtrim(keys.outbox, "MINID", `${EPOCH}-2`);
  assertEquals(await receipt(api, "a b~"), expected("QUEUED"));
  const scripts = createStoredScripts(client, keys);
  const seen = await scripts.read();
  assert(seen && await scripts.publish({ marks: new Map([[EPOCH, 1]]), basis: "x", seen, lifeMs: 60_000 }));
  assertEquals(await receipt(api, "a b~"), expected("STORED"));
});

Deno.test("receipt is null for a request that no accepted vote has", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.client.vote({ usernames: ["Ada", "Ada"], voteCount: [1, 1], ticket, requestId: "refused" });
  assertEquals([await receipt(api, "refused"), await receipt(api, "never")], [null, null]);
});

Deno.test("receipt refuses what no request may be called with the error INPUT_INVALID", async () => {
  await using api = await createApiWorld();
  for (const id of ["", "x".repeat(129), "ü", "a\n"]) assertEquals(await receipt(api, id), "INPUT_INVALID");
  assertEquals(await receipt(api, "x".repeat(128)), null);
});

Deno.test("receipt is the error NOT_READY while the shard is closed, whether alone or beside others", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  await api.client.vote({ usernames: ["Ada"], voteCount: [1], ticket, requestId: "once" });
  await api.world.redis.redis.hset(api.world.keys.meta, "incarnation", "0".repeat(40));
  assertEquals(await receipt(api, "once"), "NOT_READY");
  const response = await fetch(api.client.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: RECEIPT_DOCUMENT, variables: { id: "once" } }),
  });
  const { data, errors } = await response.json();
  assertEquals([response.status, response.headers.get("retry-after"), data], [503, "1", undefined]);
  assertEquals(errors.length, 1);
});

Deno.test("receipt is the error NOT_READY while Redis cannot be reached", async () => {
  await using api = await createApiWorld({ commandTimeoutMs: 300 });
  api.proxy.cut();
  assertEquals(await receipt(api, "once"), "NOT_READY");
});
