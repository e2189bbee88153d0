/** A copy of `k8s/` that may be changed: kustomize reads files, and the real ones are not touched. */
import { join } from "node:path";
import { K8S_FOLDER } from "./overlays.ts";

/** Hands the copy's folder to `work`, and removes it afterwards. */
export async function withK8sCopy<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const copy = await Deno.makeTempDir({ prefix: "cast-manifests-" });
  try {
    await copyFolder(K8S_FOLDER, copy);
    return await work(copy);
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

/** Refuses a change that changes nothing. */
export async function changeFile(path: string, change: (text: string) => string): Promise<void> {
  const text = await Deno.readTextFile(path);
  const changed = change(text);
  if (changed === text) throw new Error(`Change "${path}": the edit changes nothing`);
  await Deno.writeTextFile(path, changed);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}
