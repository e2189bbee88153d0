import { assertEquals, assertThrows } from "@std/assert";
import { extractExamples } from "./extract_examples.ts";

Deno.test("extractExamples() finds what can be run, under its heading", () => {
  const page =
    "# Page\n\n```js\none();\n\ntwo();\n```\n\n```json\n{}\n```\n\n## More\n\n```sh\n# no heading\nls\n```\n";
  assertEquals(extractExamples(page), [
    { language: "js", text: "one();\n\ntwo();\n", heading: "Page", line: 3 },
    { language: "sh", text: "# no heading\nls\n", heading: "More", line: 15 },
  ]);
});

Deno.test("extractExamples() throws for a fence without end", () => {
  assertThrows(() => extractExamples("```js\none();\n"), Error, "line 1");
});
