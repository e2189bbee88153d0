import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isRequestId, nameProblem, NAMES_MAX, requestProblem, TOTAL_MAX, type VoteRequest } from "./rules.ts";

const GOOD: VoteRequest = { names: ["ada", "grace"], counts: [1, 100], voter: "alan", requestId: "r-1" };
const COUNT_MAX = 100;

Deno.test("nameProblem() accepts names of 1 to 64 code points in any script", () => {
  const names = [
    "a",
    "a".repeat(64),
    "\u{1F5F3}".repeat(64),
    "Zoë",
    "李小龍",
    "محمد",
    'O\'Brien "Bob" \\ <b>',
    "a b  c",
    "a\u200Db",
    "0",
    "-1",
    "__proto__",
    "\u{10FFFF}",
  ];
  for (const name of names) assertEquals(nameProblem(name), undefined, JSON.stringify(name));
});

Deno.test("nameProblem() says which rule a name breaks", () => {
  const broken: [name: string, problem: string][] = [
    ["", "must not be empty"],
    ["a".repeat(65), "at most 64 code points"],
    ["\u{1F5F3}".repeat(65), "at most 64 code points"],
    ["a".repeat(1_000_000), "at most 64 code points"],
    ["a\uD800", "well-formed"],
    ["\uDC00a", "well-formed"],
    ["\uDC00\uD800", "well-formed"],
    ["a\0b", "control characters"],
    ["a\nb", "control characters"],
    ["a\x1b[0m", "control characters"],
    ["a\x7f", "control characters"],
    ["a\x80", "control characters"],
    [" a", "begin or end with a space"],
    ["a ", "begin or end with a space"],
    ["\u00A0a", "begin or end with a space"],
    ["a\u3000", "begin or end with a space"],
    [" ", "begin or end with a space"],
    ["\uFEFFa", "begin or end with a space"],
    ["e\u0301", "NFC"],
    ["\u212B", "NFC"],
    ["\u1112\u1161\u11AB", "NFC"],
  ];
  for (const [name, problem] of broken) {
    assertStringIncludes(nameProblem(name) ?? "no problem", problem, JSON.stringify(name.slice(0, 80)));
  }
});

Deno.test("isRequestId() accepts 1 to 128 printable ASCII characters", () => {
  for (const text of ["a", " ", "~", "x".repeat(128), "0191f7c5-7b5e-7c3a-9d6e-1f2a3b4c5d6e", '"\\{}:*']) {
    assert(isRequestId(text), text);
  }
  for (const text of ["", "x".repeat(129), "ä", "a\n", "a\t", "\x7f", "\0", "a\u200D", "\u{1F5F3}"]) {
    assert(!isRequestId(text), JSON.stringify(text));
  }
});

Deno.test("requestProblem() finds nothing wrong with what lies on the border", () => {
  const names = Array.from({ length: NAMES_MAX }, (_, index) => `name ${index}`);
  const good: VoteRequest[] = [
    GOOD,
    { ...GOOD, voter: undefined, requestId: undefined },
    { ...GOOD, names, counts: names.map(() => 1) },
    { ...GOOD, counts: [1, COUNT_MAX] },
    { ...GOOD, voter: "ada" },
    { ...GOOD, names: ["Ada", "ada"] },
  ];
  for (const request of good) assertEquals(requestProblem(request, COUNT_MAX), undefined);
  assertEquals(requestProblem({ ...GOOD, counts: [1, TOTAL_MAX] }, TOTAL_MAX), undefined);
});

Deno.test("requestProblem() says which rule a request breaks", () => {
  const many = Array.from({ length: NAMES_MAX + 1 }, (_, index) => `name ${index}`);
  const broken: [change: Partial<VoteRequest>, problem: string][] = [
    [{ names: [], counts: [] }, "at least one name"],
    [{ names: many, counts: many.map(() => 1) }, "at most 20 names"],
    [{ counts: [1] }, "same length"],
    [{ counts: [1, 1, 1] }, "same length"],
    [{ names: ["ada", ""] }, "each name must not be empty"],
    [{ names: ["ada", "ada"] }, "each name once"],
    [{ counts: [1, 0] }, "from 1 to 100"],
    [{ counts: [1, -1] }, "from 1 to 100"],
    [{ counts: [101, 1] }, "from 1 to 100"],
    [{ counts: [1, 1.5] }, "from 1 to 100"],
    [{ counts: [1, NaN] }, "from 1 to 100"],
    [{ counts: [1, Infinity] }, "from 1 to 100"],
    [{ voter: "" }, "voterUsername must not be empty"],
    [{ voter: " alan" }, "voterUsername must not begin"],
    [{ voter: "a".repeat(65) }, "voterUsername must have at most"],
    [{ requestId: "" }, "requestId must be 1 to 128"],
    [{ requestId: "ä" }, "requestId must be 1 to 128"],
  ];
  for (const [change, problem] of broken) {
    const request = { ...GOOD, ...change };
    assertStringIncludes(requestProblem(request, COUNT_MAX) ?? "no problem", problem, JSON.stringify(change));
  }
});

Deno.test("requestProblem() bounds its work before it looks at any name", () => {
  const names = new Proxy(Array.from({ length: 100_000 }, () => "a"), {
    get(target, key) {
      if (key === "length") return target.length;
      throw new Error(`looked at ${String(key)}`);
    },
  });
  assertStringIncludes(requestProblem({ ...GOOD, names }, COUNT_MAX) ?? "", "at most 20 names");
});
