import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatBytes, prettyJson } from "./format_bytes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("formatBytes() sets lines into JSON and changes nothing else of it", () => {
  assertEquals(
    formatBytes(bytes('{"version":9007199254740993,"a":[1,{}],"a":"x, {y}: \\"z\\"","empty":[]}')),
    [
      "{",
      '  "version": 9007199254740993,',
      '  "a": [',
      "    1,",
      "    {}",
      "  ],",
      '  "a": "x, {y}: \\"z\\"",',
      '  "empty": []',
      "}",
    ].join("\n"),
  );
});

Deno.test("prettyJson() means the same for every JSON", () => {
  fc.assert(fc.property(fc.json(), (json) => assertEquals(JSON.parse(prettyJson(json)), JSON.parse(json))));
});

Deno.test("formatBytes() shows other text as it is", () => {
  assertEquals(formatBytes(bytes("{ no JSON\n\tZoë")), "{ no JSON\n\tZoë");
});

Deno.test("formatBytes() lets no control character through to the terminal", () => {
  assertEquals(formatBytes(bytes("a\u001b[2Jb\u009bc\u202ed\r")), "a\\u001b[2Jb\\u009bc\\u202ed\\u000d");
  assertEquals(formatBytes(bytes('["\u007f\u009b"]')), '[\n  "\\u007f\\u009b"\n]');
});

Deno.test("formatBytes() dumps what is not UTF-8, sixteen bytes a row", () => {
  const some = Uint8Array.of(0xff, 0, 0x41, ...bytes("0123456789abcdef"));
  assertEquals(formatBytes(some).split("\n"), [
    "00000000  ff 00 41 30 31 32 33 34 35 36 37 38 39 61 62 63  |..A0123456789abc|",
    "00000010  64 65 66                                         |def|",
  ]);
});
