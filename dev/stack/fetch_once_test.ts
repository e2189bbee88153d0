import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { exists, fetchOnce } from "./fetch_once.ts";

async function withFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    await act(join(parent, "kafka-1"));
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

Deno.test("fetchOnce() fills the folder once", async () => {
  await withFolder(async (folder) => {
    let starts = 0;
    const options = {
      folder,
      onStart: () => void starts++,
      fill: (part: string) => Deno.writeTextFile(join(part, "jar"), "contents"),
    };
    await fetchOnce(options);
    await fetchOnce(options);
    assertEquals([starts, await Deno.readTextFile(join(folder, "jar"))], [1, "contents"]);
  });
});

Deno.test("fetchOnce() leaves no folder behind when the contents are refused", async () => {
  await withFolder(async (folder) => {
    const fill = async (part: string) => {
      await Deno.writeTextFile(join(part, "jar"), "wrong");
      throw new Error("Check it: no");
    };
    await assertRejects(() => fetchOnce({ folder, onStart: () => {}, fill }), Error, "Check it");
    assertEquals(await exists(folder), false);
  });
});

Deno.test("fetchOnce() fetches once when several ask at the same time", async () => {
  await withFolder(async (folder) => {
    let starts = 0;
    const options = { folder, onStart: () => void starts++, fill: () => Promise.resolve() };
    await Promise.all([fetchOnce(options), fetchOnce(options), fetchOnce(options)]);
    assertEquals(starts, 1);
  });
});

Deno.test("fetchOnce() clears away what an interrupted fetch left", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}.part-old`);
    await fetchOnce({ folder, onStart: () => {}, fill: () => Promise.resolve() });
    assertEquals(await exists(`${folder}.part-old`), false);
  });
});
