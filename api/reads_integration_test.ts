import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../shared/testing/wait_for.ts";
import { TOTAL_MAX } from "../shared/vote/rules.ts";
import { CAS_DOCUMENT } from "./testing/api_client.ts";
import { type ApiWorld, createApiWorld } from "./testing/api_world.ts";

async function cas({ client }: ApiWorld) {
  const { data, errors } = await client.ask(CAS_DOCUMENT);
  return data
    ? data.cas as { ticket: string; validUntil: string; remainingUsage: number }
    : errors[0]?.extensions?.code;
}

Deno.test("query gives 0 for a name that nobody has voted for", async () => {
  await using api = await createApiWorld();
  assertEquals(await api.client.total("nobody"), 0);
});

Deno.test("query sees a vote as soon as it is answered", async () => {
  await using api = await createApiWorld();
  const ticket = await api.mint();
  for (const total of [3, 6, 9]) {
    await api.client.vote({ usernames: ["Zoë O’Neill"], voteCount: [3], ticket });
    assertEquals(await api.client.total("Zoë O’Neill"), total);
  }
});

Deno.test("query clamps a total that was carried past GraphQL's Int", async () => {
  await using api = await createApiWorld();
  await api.world.redis.redis.zadd(api.world.keys.tally, TOTAL_MAX + 10, "Ada");
  assertEquals(await api.client.total("Ada"), TOTAL_MAX);
});

Deno.test("query refuses a name that breaks the rule with the error INPUT_INVALID", async () => {
  await using api = await createApiWorld();
  for (const name of ["", " Ada", "e\u0301", "a".repeat(65), "A\0da"]) {
    const { data, errors } = await api.client.ask("query($name: String!) { query(username: $name) }", {
      name,
    });
    assertEquals([data ?? null, errors[0]?.extensions?.code], [null, "INPUT_INVALID"]);
  }
});

Deno.test("query and cas are the error NOT_READY while the shard is closed", async () => {
  await using api = await createApiWorld({ open: false });
  assertEquals(await cas(api), "NOT_READY");
  const { errors } = await api.client.ask('{ query(username: "Ada") }');
  assertEquals(errors[0]?.extensions?.code, "NOT_READY");
});

Deno.test("cas is the error NOT_READY while no ticket is open", async () => {
  await using api = await createApiWorld();
  assertEquals(await cas(api), "NOT_READY");
  await api.mint({ opensInMs: 3_600_000 });
  assertEquals(await cas(api), "NOT_READY");
});

Deno.test("cas is the error NOT_READY when the only ticket has expired", async () => {
  await using api = await createApiWorld();
  await api.mint({ lifetimeMs: 2_000 });
  await waitFor(async () => await cas(api) === "NOT_READY", { what: "the ticket's end" });
});

Deno.test("cas hands out the newest open ticket and counts down what is left of it", async () => {
  await using api = await createApiWorld();
  await api.mint({ uses: 5 });
  const newest = await api.mint({ uses: 2, lifetimeMs: 60_000 });
  await api.mint({ opensInMs: 3_600_000 });
  for (const remainingUsage of [2, 1, 0]) {
    const opensAt = Number(newest.split(".")[3]);
    const validUntil = new Date(opensAt + 60_000).toISOString();
    assertEquals(await cas(api), { ticket: newest, validUntil, remainingUsage });
    assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(validUntil));
    const { code } = await api.client.vote({ usernames: ["Ada"], voteCount: [1], ticket: newest });
    assertEquals(code, remainingUsage > 0 ? "ACCEPTED" : "TICKET_EXHAUSTED");
  }
});
