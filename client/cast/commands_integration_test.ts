import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startSystem } from "../../dev/system/system.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { cast, type Ran } from "./testing/run_cast.ts";

/** `cast` against one system, as words or as the one line of JSON that it printed. */
interface Scene {
  readonly environment: Readonly<Record<string, string>>;
  run(...args: readonly string[]): Promise<Ran>;
  json(...args: readonly string[]): ReturnType<typeof parsed>;
}

Deno.test("the commands of cast work on a whole system, in words and as JSON", async (t) => {
  await using world = await createWorld();
  const system = await startSystem(world, { environment: { CAST_TICKET_USES: "100000" } });
  const environment = { ...world.environment(), CAST_API_URL: system.urls[0] ?? "" };
  const run = (...args: readonly string[]) => cast(args, { environment });
  const json = (...args: readonly string[]) => parsed(run(...args, "--json"));
  await vote(t, { environment, run, json });
  await operate(t, { environment, run, json });
});

async function vote(t: Deno.TestContext, { environment, run, json }: Scene): Promise<void> {
  await t.step("ticket shows one", async () => {
    const { code, said } = await json("ticket");
    assertEquals([code, typeof said.ticket, said.usesLeft > 0], [0, "string", true]);
    assert((await run("ticket")).stdout.includes("\nvalid until "));
  });

  await t.step("vote counts, and once under one requestId", async () => {
    const first = await json("vote", "alice=2", "bob", "--request-id", "mine");
    assertEquals([first.code, first.said], [0, {
      kind: "accepted",
      requestId: "mine",
      totals: [{ name: "alice", total: 2 }, { name: "bob", total: 1 }],
    }]);
    const again = await run("vote", "alice=2", "bob=1", "--request-id", "mine");
    assertEquals([again.code, again.stdout], [0, "Counted, requestId mine\n2  alice\n1  bob\n"]);
  });

  await t.step("total tells them", async () => {
    assertEquals((await json("total", "alice", "nobody")).said, {
      totals: [{ name: "alice", total: 2 }, { name: "nobody", total: 0 }],
    });
  });

  await t.step("vote says why it was refused, with exit code 1", async () => {
    const { code, stdout } = await run("vote", "alice=1000000");
    assertEquals(code, 1);
    assertStringIncludes(stdout, "Refused: INPUT_INVALID, ");
  });

  await t.step("vote says that a given requestId is another vote's, and calls nothing refused", async () => {
    const { code, stdout, stderr } = await run("vote", "alice=2", "--request-id", "mine", "--voter", "eve");
    assertEquals(code, 2);
    assertStringIncludes(stdout, "Unknown: REQUEST_ID_CONFLICT, ");
    assertStringIncludes(stderr, "leave out --request-id");
  });

  await t.step("top shows them, and --watch each change", async () => {
    await waitFor(async () => (await json("top")).said.entries[0]?.total === 2, { what: "alice at the top" });
    const enough = new AbortController();
    const frames = (text: string) => text.split("\n").length - 1;
    let voted: Promise<unknown> | undefined;
    const { code, stdout } = await cast(["top", "--watch", "--json"], {
      environment,
      signal: AbortSignal.any([enough.signal, AbortSignal.timeout(30_000)]),
      onOutput: (text) => {
        if (frames(text) >= 2) voted ??= run("vote", "bob=5");
        if (text.includes('"name":"bob","total":6')) enough.abort();
      },
    });
    await voted;
    assertEquals(code, 0);
    assertStringIncludes(stdout, '"name":"bob","total":6');
  });
}

async function operate(t: Deno.TestContext, { run, json }: Scene): Promise<void> {
  await t.step("load votes at a rate and audits what is stored", async () => {
    const { code, said } = await json("load", "--rate", "40", "--seconds", "1", "--names", "5");
    assertEquals([code, said.accepted, said.answers, said.findings.counts], [0, 40, { ACCEPTED: 40 }, {}]);
    const unaudited = await run("load", "--rate", "20", "--seconds", "1", "--no-audit");
    assertEquals(unaudited.code, 0);
    assertStringIncludes(unaudited.stdout, "answers: ACCEPTED 20");
    assert(!unaudited.stdout.includes("audit"));
  });

  await t.step("verify, dead-letters and poll are those of deno task", async () => {
    assertEquals((await json("verify")).said.agrees, true);
    assertEquals((await run("dead-letters", "list")).stdout, "no dead letters\n");
    assertEquals((await json("poll", "status")).said.voting, "open");
    assertStringIncludes((await run("poll", "--help")).stdout, "cast poll status [--json]");
  });

  await t.step("export writes what was voted", async () => {
    const { code, stdout } = await run("export", "--table", "totals");
    assertEquals([code, stdout.split("\r\n").slice(0, 3)], [0, ["username,votes", "alice,2", "bob,6"]]);
  });

  await t.step("doctor finds nothing wrong", async () => {
    const { code, said } = await json("doctor");
    const wrong = said.findings.filter(({ level }: { level: string }) => level === "fail");
    assertEquals([code, said.isWell, wrong], [0, true, []]);
  });

  await t.step("doctor and vote tell of a closed poll", async () => {
    assertEquals((await run("poll", "close")).code, 0);
    const refused = await json("vote", "alice");
    assertEquals([refused.code, refused.said.code], [1, "POLL_CLOSED"]);
    await waitFor(async () => (await run("doctor")).stdout.includes("poll: closed, results live"), {
      what: "a doctor who knows of the closed poll",
    });
  });
}

async function parsed(running: Promise<Ran>) {
  const { code, stdout, stderr } = await running;
  assertEquals(stdout.trim().split("\n").length, 1, stderr);
  return { code, said: JSON.parse(stdout) };
}
