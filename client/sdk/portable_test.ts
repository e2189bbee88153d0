/** The client runs unchanged in Deno, in Node by type stripping, and in browsers. */
import { assertEquals, assertThrows } from "@std/assert";
import { stripTypeScriptTypes } from "node:module";

const FOLDER = new URL("./", import.meta.url);
const IMPORTED = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

const files: { readonly name: string; readonly text: string }[] = [];
for (const { name } of Deno.readDirSync(FOLDER)) {
  if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
  files.push({ name: `./sdk/${name}`, text: Deno.readTextFileSync(new URL(name, FOLDER)) });
}
files.push({ name: "./mod.ts", text: Deno.readTextFileSync(new URL("../mod.ts", FOLDER)) });

Deno.test("the client imports nothing from outside its folder", () => {
  const known = new Set(files.map(({ name }) => name));
  for (const { name, text } of files) {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
    for (const [, specifier = ""] of code.matchAll(IMPORTED)) {
      const path = `./${new URL(specifier, new URL(name, "file:///")).pathname.slice(1)}`;
      assertEquals(
        [specifier.startsWith("."), known.has(path)],
        [true, true],
        `${name} imports ${specifier}`,
      );
    }
  }
});

Deno.test("the client speaks of no runtime", () => {
  const named = files.filter(({ text }) => /\b(Deno|process|Buffer|require)\s*[.(]/.test(text));
  assertEquals(named.map(({ name }) => name), []);
});

Deno.test("the client is plain JavaScript once its types are taken out", () => {
  for (const { text } of files) stripTypeScriptTypes(text);
  assertThrows(() => stripTypeScriptTypes("enum Size { S }"));
});
