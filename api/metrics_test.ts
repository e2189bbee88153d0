import { assert, assertEquals } from "@std/assert";
import { buildSchema, type GraphQLEnumType } from "graphql";
import { Registry } from "prom-client";
import typeDefs from "./graphql/schema.graphql" with { type: "text" };
import { createApiMetrics, VOTE_ENDS } from "./metrics.ts";

async function valuesOf(registry: Registry, name: string): Promise<Record<string, number>> {
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(lines.map((line) => {
    const [, labels = "", value = ""] = /^\w+\{(.*)\} (\S+)$/.exec(line) ?? [];
    return [labels.replaceAll(/\w+=|"/g, ""), Number(value)];
  }));
}

Deno.test("cast_votes_total has a series for each VoteCode of the schema, and one for votes without an answer", () => {
  const schema = buildSchema(typeDefs);
  const codes = (schema.getType("VoteCode") as GraphQLEnumType).getValues().map(({ name }) => name);
  assertEquals([...VOTE_ENDS].sort(), [...codes, "UNKNOWN"].sort());
});

Deno.test("every series of the API is there before anything happened, so that the first event makes a rate", async () => {
  const registry = new Registry();
  createApiMetrics(registry, { outboxMax: 77 });
  const votes = await valuesOf(registry, "cast_votes_total");
  assertEquals(votes, Object.fromEntries(VOTE_ENDS.map((code) => [code, 0])));
  const answers = await valuesOf(registry, "cast_http_answers_total");
  assertEquals(Object.keys(answers).length, 20);
  assert(Object.values(answers).every((count) => count === 0));
  const text = await registry.metrics();
  for (const line of ["cast_vote_duration_seconds_count 0", "cast_outbox_votes_max 77"]) {
    assert(text.split("\n").includes(line), line);
  }
});

Deno.test("createApiMetrics() counts votes by code, answers by door and class of status, and what is under way", async () => {
  const registry = new Registry();
  const metrics = createApiMetrics(registry, { outboxMax: 1 });
  metrics.voteEnded("ACCEPTED", 0.003);
  metrics.voteEnded("ACCEPTED", 0.3);
  metrics.voteEnded("UNKNOWN", 5);
  for (let request = 0; request < 4; request++) metrics.requestBegan();
  metrics.requestEnded("hot", 200);
  metrics.requestEnded("refused", 503);
  metrics.requestEnded("yoga", 302);
  const votes = await valuesOf(registry, "cast_votes_total");
  assertEquals([votes["ACCEPTED"], votes["UNKNOWN"], votes["NOT_READY"]], [2, 1, 0]);
  const answers = await valuesOf(registry, "cast_http_answers_total");
  assertEquals([answers["hot,2xx"], answers["refused,5xx"], answers["yoga,3xx"]], [1, 1, 1]);
  const text = (await registry.metrics()).split("\n");
  assert(text.includes("cast_http_requests_under_way 1"));
  assert(text.includes('cast_vote_duration_seconds_bucket{le="0.005"} 1'));
  assert(text.includes("cast_vote_duration_seconds_count 3"));
});
