import { assertEquals, assertThrows } from "@std/assert";
import { parseCandidates, readCandidates } from "./candidates.ts";

const encoder = new TextEncoder();

function read(bytes: Uint8Array | string) {
  const file = typeof bytes === "string" ? encoder.encode(bytes) : bytes;
  return readCandidates("names.txt", { readFile: () => file });
}

Deno.test("readCandidates() reads one name a line, however the lines end", () => {
  const wanted = ["ada", "Žofie", "🗳️", "a, b"];
  for (const text of [wanted.join("\n"), `${wanted.join("\n")}\n`, `${wanted.join("\r\n")}\r\n`]) {
    assertEquals(read(text).names, wanted);
  }
  // A mark at the beginning says that it is UTF-8, and is no part of a name.
  assertEquals(read(`\ufeff${wanted.join("\n")}`).names, wanted);
});

Deno.test("parseCandidates() gives the same digest for the same names in any order, another for others", () => {
  const { digest } = parseCandidates("ada\nbob\n");
  assertEquals(digest.length, 64);
  assertEquals(parseCandidates("bob\nada").digest, digest);
  assertEquals(
    new Set([digest, ...["ada", "ada\nbo\nb", "adabob"].map((text) => parseCandidates(text).digest)]).size,
    4,
  );
});

Deno.test("readCandidates() names the line that breaks a rule of names", () => {
  const cases: [text: string, message: string][] = [
    ["ada\n\nbob", "line 2: a name must not be empty"],
    ["ada\nbob \n", "line 2: a name must not begin or end with a space"],
    [`ada\nbob\n${"x".repeat(65)}`, "line 3: a name must have at most 64 code points"],
    ["a\tb", "line 1: a name must not hold control characters"],
    ["z\u030cofie", "line 1: a name must be in Unicode normal form NFC"],
    ["ada\nbob\nada", "line 3: the same name as in line 1"],
    ["", "wanted one name a line, got none"],
    ["\n", "line 1: a name must not be empty"],
  ];
  for (const [text, message] of cases) {
    assertThrows(() => read(text), Error, `Correct the file of CAST_CANDIDATES_FILE: ${message}`);
  }
});

Deno.test("readCandidates() names the line that is not UTF-8", () => {
  const bytes = encoder.encode("ada\nbob\ncleo\n");
  bytes[5] = 0xff;
  assertThrows(() => read(bytes), Error, "line 2: wanted UTF-8");
});

Deno.test("readCandidates() says that a file is not there, without its content or that of any other", () => {
  const error = assertThrows(() => readCandidates("/nowhere/names.txt"), Error);
  assertEquals(error.message.startsWith("Correct the file of CAST_CANDIDATES_FILE: "), true);
});
