/** A copy of the source with a bug in it, from which the programs of one run are started. The checkout stays as it is. */
import { join } from "node:path";
import type { Checkout } from "../../stack/checkout.ts";
import { removeIfThere } from "../../stack/fetch_once.ts";
import { copyFolder } from "../stores/copy_folder.ts";
import { applyEdit, type Bug } from "./bug.ts";

/** What the programs are made of. */
const PARTS = ["api", "workers", "shared", "dev/chaos/programs", "dev/system", "dev/jsr"] as const;
const FILES = ["deno.json", "deno.lock", "dev/lint_plugin.ts"] as const;

/** Returns the folder to run from. */
export async function makeBrokenTree(checkout: Checkout, bug: Bug): Promise<string> {
  const root = rootOf(checkout, bug);
  await removeBrokenTree(checkout, bug);
  const wanted = (path: string) => !path.endsWith("_test.ts");
  for (const part of PARTS) {
    await Deno.mkdir(join(root, part, ".."), { recursive: true });
    await copyFolder({ from: join(checkout.root, part), to: join(root, part), wanted });
  }
  for (const file of FILES) await Deno.copyFile(join(checkout.root, file), join(root, file));
  for (const edit of bug.edits) {
    const path = join(root, edit.file);
    await Deno.writeTextFile(path, applyEdit(await Deno.readTextFile(path), edit));
  }
  return root;
}

export async function removeBrokenTree(checkout: Checkout, bug: Bug): Promise<void> {
  await removeIfThere(rootOf(checkout, bug));
}

function rootOf({ cast }: Checkout, { name }: Bug): string {
  return join(cast, "chaos", "bugs", name);
}
