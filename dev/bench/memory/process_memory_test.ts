import { assertEquals } from "@std/assert";
import { parseMb } from "./process_memory.ts";

Deno.test("parseMb() reads the field of exactly that name", () => {
  const text = "Rss:             204800 kB\nPss:              51200 kB\nPss_Anon:         1024 kB\n";
  assertEquals(parseMb(text, "Pss"), 50);
  assertEquals(parseMb(text, "Pss_File"), undefined);
});
