import { assert, assertEquals } from "@std/assert";
import { VOTE_ENDS } from "../../metrics.ts";
import { PAGE_FILES } from "../page_files.ts";
import { CHINESE } from "./words/chinese.js";
import { ENGLISH } from "./words/english.js";

function keysOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => keysOf(each, `${path}.${key}`));
}

Deno.test("each refusal of the schema is explained in both languages", () => {
  const codes = VOTE_ENDS.filter((code) => code !== "ACCEPTED" && code !== "UNKNOWN").toSorted();
  for (const words of [ENGLISH, CHINESE]) {
    assertEquals(Object.keys(words.refusals).toSorted(), codes);
    for (const { title, what, todo } of Object.values(words.refusals)) assert(title && what && todo);
  }
});

Deno.test("both languages say the same things", () => {
  assertEquals(keysOf(CHINESE), keysOf(ENGLISH));
});

Deno.test("every text that the markup asks for is there", () => {
  const markup = PAGE_FILES.find(({ path }) => path === "/")?.text ?? "";
  const wanted = [...markup.matchAll(/data-words="([^"]+)"/g)].map(([, key]) => key ?? "");
  assert(wanted.length > 10);
  for (const words of [ENGLISH, CHINESE] as Readonly<Record<string, unknown>>[]) {
    for (const key of wanted) assertEquals(typeof words[key], "string", key);
  }
});
