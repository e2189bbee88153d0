/** What the running programs export, with the permissions that they are deployed with: exact, well-formed, and nobody's. */
import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { filledRegistry } from "../gate/exported_metrics.ts";
import type { ProgramName, RunningProgram } from "./running_program.ts";
import { startSystem } from "./system.ts";

/** Names of a candidate and a voter that no metric may carry. */
const CANDIDATE = "Zofie-the-candidate";
const VOTER = "voter-of-the-test";
const ACCEPTED = 7;

async function scrape(program: RunningProgram): Promise<string> {
  const { opsPort } = await program.logged("program_started");
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  assertEquals(response.status, 200);
  return await response.text();
}

function valueOf(text: string, series: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  assert(line, `${series} is exported`);
  return Number(line.slice(series.length));
}

function sumOf(text: string, metric: string): number {
  return [...text.matchAll(new RegExp(`^${metric}\\{.*\\} (\\S+)$`, "gm"))]
    .reduce((sum, [, value]) => sum + Number(value), 0);
}

function shapeOf(text: string): string[] {
  // A histogram's buckets and a label's values are in it too, numbers are not.
  return text.split("\n").filter((line) => line.startsWith("cast_")).map((line) => line.replace(/ \S+$/, ""))
    .sort();
}

/** Returns what promtool has against it; nothing where it is not installed. */
async function lint(text: string): Promise<string> {
  try {
    const child = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
    const { stdout, stderr } = await child.output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

Deno.test("the running programs export exact counts, the metrics of the docs, and nothing of anybody", async () => {
  await using world = await createWorld();
  const system = await startSystem(world, { environment: { CAST_TICKET_LIFETIME_MS: "60000" } });
  const program = (name: ProgramName) => system.copies(name)[0] as RunningProgram;
  const [client] = system.clients;
  assert(client);
  const before = await scrape(program("api"));
  const { ticket } = await client.whenTicketOpen();
  const vote = (count: number, given = ticket) =>
    client.vote({ usernames: [CANDIDATE], voteCount: [count], ticket: given, voterUsername: VOTER });
  for (let index = 0; index < ACCEPTED; index++) await vote(1);
  await vote(0);
  await vote(1, "no.ticket");
  await vote(1, "none.either");
  const { port } = await program("api").logged("api_listening");
  await (await fetch(`http://127.0.0.1:${port}/elsewhere`)).body?.cancel();

  const api = await scrape(program("api"));
  const code = (name: string) => valueOf(api, `cast_votes_total{code="${name}"}`);
  assertEquals([code("ACCEPTED"), code("INPUT_INVALID"), code("TICKET_INVALID")], [ACCEPTED, 1, 2]);
  assertEquals(sumOf(api, "cast_votes_total"), ACCEPTED + 3);
  assertEquals(valueOf(api, "cast_vote_duration_seconds_count"), ACCEPTED + 3);
  assertEquals(valueOf(api, 'cast_http_answers_total{door="refused",status="4xx"}'), 1);
  // The first of each document is graphql-yoga's: it teaches the hot door. One more may be the question for the ticket.
  const rose = (door: string) => {
    const series = `cast_http_answers_total{door="${door}",status="2xx"}`;
    return valueOf(api, series) - valueOf(before, series);
  };
  assertEquals(rose("yoga"), 1);
  assert(rose("hot") >= ACCEPTED + 2, api);
  assertEquals(valueOf(api, "cast_http_requests_under_way"), 0);

  await waitFor(
    async () => valueOf(await scrape(program("vote_persister")), "cast_votes_stored_total") >= ACCEPTED,
    { what: "votes that are stored", withinMs: 60_000 },
  );
  const persister = await scrape(program("vote_persister"));
  assertEquals(valueOf(persister, "cast_votes_stored_total"), ACCEPTED);
  assertEquals(valueOf(persister, "cast_persist_lag_seconds_count"), ACCEPTED);
  assertEquals([valueOf(persister, "cast_guard_active"), valueOf(persister, "cast_shard_open")], [1, 1]);
  assertEquals(valueOf(persister, 'cast_shard_openings_total{kind="restored"}'), 1);
  assertEquals([sumOf(persister, "cast_dead_letters_total"), valueOf(persister, "cast_drift_names")], [0, 0]);
  await waitFor(
    async () => valueOf(await scrape(program("vote_persister")), "cast_unstored_votes") === 0,
    { what: "a guard that has seen that all is stored" },
  );

  const relay = await scrape(program("outbox_relay"));
  assertEquals(valueOf(relay, "cast_votes_relayed_total"), ACCEPTED);
  assertEquals(valueOf(relay, "cast_relay_batch_votes_sum"), ACCEPTED);
  assertEquals([valueOf(relay, "cast_outbox_votes"), valueOf(relay, "cast_relay_lease_held")], [0, 1]);

  const rotator = await scrape(program("ticket_rotator"));
  assertEquals(valueOf(rotator, "cast_ticket_open"), 1);
  assert(valueOf(rotator, "cast_ticket_uses_left") > 0);
  assert(valueOf(rotator, "cast_tickets_minted_total") >= 2);

  await assertWellFormed({ api, ticket_rotator: rotator, outbox_relay: relay, vote_persister: persister }, {
    never: [CANDIDATE, VOTER, ticket, world.name],
  });
});

async function assertWellFormed(
  texts: Readonly<Record<ProgramName, string>>,
  { never }: { never: readonly string[] },
): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    assertEquals(shapeOf(text), shapeOf((await filledRegistry(name)).text), name);
    assertEquals([...text.matchAll(/cast_store_connected\{.*\} 0/g)].map(([line]) => line), [], name);
    for (const secret of never) assert(!text.includes(secret), name);
    assertEquals(await lint(text), "", name);
  }
}
