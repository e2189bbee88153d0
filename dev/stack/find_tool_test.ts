import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { findTool } from "./find_tool.ts";

Deno.test("findTool() finds the first executable file of the name, and nothing else of it", async () => {
  const root = await Deno.makeTempDir();
  const folder = (name: string) => join(root, name);
  await Deno.mkdir(join(folder("folders"), "tool"), { recursive: true });
  for (const [name, mode] of [["plain", 0o644], ["good", 0o755], ["later", 0o755]] as const) {
    await Deno.mkdir(folder(name));
    await Deno.writeTextFile(join(folder(name), "tool"), "", { mode });
  }
  const path = ["absent", "folders", "plain", "good", "later"].map(folder).join(":");
  assertEquals(findTool("tool", path), join(folder("good"), "tool"));
  assertEquals(findTool("other", path), undefined);
  assertEquals(findTool("tool", ""), undefined);
  await Deno.remove(root, { recursive: true });
});
