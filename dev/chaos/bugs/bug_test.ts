import { assert, assertEquals, assertThrows } from "@std/assert";
import { applyEdit } from "./bug.ts";
import { bugNamed, BUGS } from "./bug_list.ts";

const ROOT = new URL("../../../", import.meta.url);

for (const { name, edits } of BUGS) {
  Deno.test(`bug ${name} still finds what it breaks`, async () => {
    const sources = new Map<string, string>();
    for (const edit of edits) {
      const before = sources.get(edit.file) ?? await Deno.readTextFile(new URL(edit.file, ROOT));
      const after = applyEdit(before, edit);
      assert(after !== before);
      sources.set(edit.file, after);
    }
  });
}

Deno.test("applyEdit() refuses a text that is not there, or there twice", () => {
  const edit = { file: "x.ts", find: "a", replace: "$&b" };
  assertEquals(applyEdit("cad", edit), "c$&bd");
  assertThrows(() => applyEdit("cd", edit), Error, "found it 0 times");
  assertThrows(() => applyEdit("aa", edit), Error, "found it 2 times");
});

Deno.test("bugNamed() names what there is when there is no such bug", () => {
  assertEquals(bugNamed("second_mint").name, "second_mint");
  assertThrows(() => bugNamed("none"), Error, "second_mint");
});
