import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readEntry } from "./ask_commands.ts";
import { isLoopback, readApiAddress } from "./config.ts";
import { UsageError } from "./context.ts";
import { cast } from "./testing/run_cast.ts";

Deno.test("cast tells its version and its help with exit code 0", async () => {
  assertEquals(await cast(["--version"]), { code: 0, stdout: "0.1.0\n", stderr: "" });
  const help = await cast(["--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  const names = [
    "ticket",
    "vote",
    "total",
    "top",
    "load",
    "verify",
    "dead-letters",
    "poll",
    "export",
    "doctor",
  ];
  for (const name of names) {
    assertStringIncludes(help.stdout, `\n  ${name} `);
    const own = await cast([name, "--help"]);
    assertEquals([own.code, own.stderr], [0, ""], name);
    assertStringIncludes(own.stdout, `cast ${name}`);
    assertStringIncludes(own.stdout, "--json");
  }
});

const WRONG: readonly (readonly string[])[] = [
  [],
  ["vot"],
  ["vote"],
  ["vote", "alice=two"],
  ["vote", "alice=0"],
  ["vote", "alice=1", "--api", "nowhere"],
  ["vote", "alice=1", "--loud"],
  ["vote", "alice=1"],
  ["ticket", "--wait", "0", "--api", "http://127.0.0.1:1"],
  ["total"],
  ["top", "--first", "0", "--api", "http://127.0.0.1:1"],
  ["verify", "--loud"],
  ["verify"],
  ["poll", "stop"],
  ["poll", "status"],
  ["dead-letters", "burn"],
  ["dead-letters", "list"],
  ["export", "--format", "xml"],
  ["export", "--json"],
  ["export", "--format", "ndjson", "--for-spreadsheet"],
  ["export"],
  ["doctor"],
  ["completion", "tcsh"],
  ["load", "--rate", "0", "--api", "http://127.0.0.1:1"],
  ["load", "--rate", "20001", "--api", "http://127.0.0.1:1"],
  ["load", "--seconds", "3601", "--api", "http://127.0.0.1:1"],
  ["load", "--rate", "20000", "--seconds", "3600", "--api", "http://127.0.0.1:1"],
  ["load", "--api", "https://127.0.0.1:1"],
];

for (const args of WRONG) {
  Deno.test(`cast ${args.join(" ")} is wrong use: exit code 2, a reason, and nothing on standard output`, async () => {
    const { code, stdout, stderr } = await cast(args);
    assertEquals([code, stdout], [2, ""]);
    assert(stderr.trim() !== "");
  });
}

Deno.test("cast load refuses another machine unless it is allowed", async () => {
  for (const api of ["http://192.0.2.1", "http://vote.example.org", "http://127.evil.example"]) {
    const { code, stderr } = await cast(["load", "--api", api]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "Give --allow-remote to load");
  }
});

Deno.test("cast load refuses a Postgres that is named wrongly, rather than end well without an audit", async () => {
  const load = ["load", "--api", "http://127.0.0.1:1", "--rate", "1", "--seconds", "1"];
  for (
    const [url, problem] of [
      ["localhost:5432/cast", "Correct CAST_POSTGRES_URL"],
      ["postgres://localhost/cast?options=-c", "Take the parameters out of CAST_POSTGRES_URL"],
      // As of a secret's file that holds nothing.
      ["", "Set CAST_POSTGRES_URL"],
    ] as const
  ) {
    const { code, stdout, stderr } = await cast(load, { environment: { CAST_POSTGRES_URL: url } });
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, problem);
  }
});

Deno.test("isLoopback() knows this machine by its names", () => {
  const loopback = (host: string) => isLoopback(new URL(`http://${host}:1`));
  assertEquals(["localhost", "127.0.0.1", "127.9.9.9", "[::1]"].map(loopback), [true, true, true, true]);
  assertEquals(["127.0.0.1.example.org", "0.0.0.0", "10.0.0.1"].map(loopback), [false, false, false]);
});

Deno.test("readApiAddress() takes --api, then CAST_API_URL, then the API of deno task dev, and guesses none", () => {
  const read = (found: Record<string, string>, option?: string) =>
    readApiAddress({ environment: () => found }, option).url.href;
  const both = { CAST_API_URL: "http://set.example:1", CAST_API_PORT: "8460" };
  assertEquals(read(both, "http://option.example:1/graphql"), "http://option.example:1/graphql");
  assertEquals(read(both), "http://set.example:1/graphql");
  assertEquals(read({ CAST_API_PORT: "8460" }), "http://127.0.0.1:8460/graphql");
  assertThrows(() => read({}), UsageError, "Name the API by --api or CAST_API_URL");
});

Deno.test("readEntry() reads a name and its votes, and lets a name hold an equals sign", () => {
  assertEquals(readEntry("alice=2"), ["alice", 2]);
  assertEquals(readEntry("alice"), ["alice", 1]);
  assertEquals(readEntry("e=mc2=3"), ["e=mc2", 3]);
  for (const wrong of ["alice=", "alice=-1", "alice=1.5", "alice=01"]) {
    assertThrows(() => readEntry(wrong), UsageError, "name=count");
  }
});

Deno.test("cast names the API that did not answer, with exit code 2 and what to do", async () => {
  const { code, stdout, stderr } = await cast(["ticket", "--wait", "1", "--api", "http://127.0.0.1:9"]);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "Reach the API at http://127.0.0.1:9: UNREACHABLE");
  assertStringIncludes(stderr, "cast doctor");
});
