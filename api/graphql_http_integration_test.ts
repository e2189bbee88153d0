/**
 * GraphQL over HTTP to the letter: every audit that graphql-http has, MUST, SHOULD and MAY, against the whole server. Each
 * runs twice, since the hot door answers what it has seen before.
 */
import { assertEquals } from "@std/assert";
import { type AuditResult, serverAudits } from "graphql-http";
import { type ApiWorld, createApiWorld } from "./testing/api_world.ts";

/** A newer graphql-http may ask for more: then look at what is new before this number follows. */
const AUDITS = 61;
const RUNS = 2;

Deno.test("/graphql passes every audit of graphql-http, at first sight and later", async (test) => {
  await using api = await createApiWorld();
  await passAudits(api, { test, fetchFn: (url, init) => fetchWhole(ownUrl(url), ownFields(init)) });
});

Deno.test("/graphql passes every audit of graphql-http word for word where introspection is on", async (test) => {
  await using api = await createApiWorld({ settings: { CAST_GRAPHQL_TOOLS: "on" } });
  await passAudits(api, { test, fetchFn: fetchWhole });
});

Deno.test("/graphql passes every audit of graphql-http where the hot door answers", async (test) => {
  await using api = await createApiWorld();
  await api.mint();
  await passAudits(api, {
    test,
    fetchFn: (url, init) => fetchWhole(ownUrl(url), asksForTicket(ownFields(init))),
  });
});

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

async function passAudits(
  { client }: ApiWorld,
  { test, fetchFn }: { test: Deno.TestContext; fetchFn: Fetch },
): Promise<void> {
  const audits = serverAudits({ url: client.url.href, fetchFn });
  assertEquals([audits.length, new Set(audits.map(({ id }) => id)).size], [AUDITS, AUDITS]);
  for (const { id, name, fn } of audits) {
    await test.step(`${id} ${name}`, async () => {
      for (let run = 0; run < RUNS; run++) assertEquals(reportOf(await fn()), "ok");
    });
  }
}

/** Four audits ask for a type by its name, with a variable, and mean the variable: introspection is off. */
const [ASKED_TYPE, ASKED_TOTAL] = ["__type(name: $name) { name }", "query(username: $name)"];

function ownFields(init: RequestInit = {}): RequestInit {
  return typeof init.body === "string" ? { ...init, body: init.body.replace(ASKED_TYPE, ASKED_TOTAL) } : init;
}

function ownUrl(text: string): string {
  const url = new URL(text);
  const query = url.searchParams.get("query");
  if (query) url.searchParams.set("query", query.replace(ASKED_TYPE, ASKED_TOTAL));
  return url.href;
}

/** What the audits ask is of a shape that the hot door leaves alone. */
function asksForTicket(init: RequestInit = {}): RequestInit {
  if (typeof init.body !== "string") return init;
  return { ...init, body: init.body.replace("{ __typename }", "{ cas { ticket } }") };
}

/** Reads answers to their end, as the audits do not: each would keep its connection. */
async function fetchWhole(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  return new Response(await response.bytes(), response);
}

function reportOf(result: AuditResult): string {
  return result.status === "ok" ? "ok" : `${result.status}: ${result.reason}`;
}
