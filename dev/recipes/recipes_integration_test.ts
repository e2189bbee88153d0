/** Every example of docs/api.md and docs/client.md runs against a whole system, and votes for what it says, once. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCastClient } from "../../client/mod.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { startSystem } from "../system/system.ts";
import { extractExamples } from "./extract_examples.ts";
import { runExample, runnersOf } from "./run_example.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = ["docs/api.md", "docs/client.md"];
/** What each example that votes gives to alice. */
const VOTES = 2;
const MAKES_FILE = /^deno bundle /;

Deno.test("every example of the docs runs, and its vote is counted once", async (t) => {
  await using world = await createWorld();
  const { urls: [url = ""] } = await startSystem(world);
  const cast = createCastClient({ url });
  for (const page of PAGES) {
    const folder = await Deno.makeTempDir();
    world.defer(() => Deno.remove(folder, { recursive: true }));
    await Deno.symlink(join(ROOT, "client"), join(folder, "client"));
    for (const example of extractExamples(await Deno.readTextFile(join(ROOT, page)))) {
      for (const runner of await runnersOf(example)) {
        await t.step(`${page}, line ${example.line}: ${example.heading} (${runner.name})`, async () => {
          const before = await cast.total("alice");
          const { code, stdout, stderr } = await runExample(example, { runner, folder, url });
          assertEquals(code, 0, `${stderr}${stdout}`);
          if (runner.name === "parse") return;
          const doesVote = /\bvote\(/.test(example.text);
          assertEquals(await cast.total("alice") - before, doesVote ? VOTES : 0, `${stderr}${stdout}`);
          assert(stdout.trim() !== "" || MAKES_FILE.test(example.text), "it prints what it was told");
        });
      }
    }
  }
});
