/**
 * Small edits that break a good manifest. A broken manifest is made from the good one at each run, so it stays broken in
 * one place only; an edit that finds nothing to change is an error.
 */
import { type ManifestObject, nameOf } from "../manifest_object.ts";

export type Edit =
  /** Sets what lies at the path; `to` of a function changes a text. */
  | { readonly object: string; readonly at: string; readonly to: unknown }
  /** Removes what lies at the path. */
  | { readonly object: string; readonly remove: string }
  /** Leaves the whole object out. */
  | { readonly leaveOut: string }
  | { readonly add: ManifestObject };

type Node = Record<string, unknown> | unknown[];

/**
 * Answers with the objects as edited; those that no edit names are the very same ones. A path is words between spaces: the
 * names of fields, and of the elements of a list by what they are called (`name`), by number, or `+` for one more.
 */
export function applyEdits(objects: readonly ManifestObject[], edits: readonly Edit[]): ManifestObject[] {
  return edits.reduce<ManifestObject[]>((edited, edit) => {
    if ("add" in edit) return [...edited, edit.add];
    const index = indexOf(edited, "leaveOut" in edit ? edit.leaveOut : edit.object);
    if ("leaveOut" in edit) return edited.toSpliced(index, 1);
    const copy = structuredClone(edited[index]) as ManifestObject;
    if ("remove" in edit) removeAt(copy as unknown as Node, edit.remove);
    else setAt(copy as unknown as Node, edit);
    return edited.with(index, copy);
  }, [...objects]);
}

/** The names of generated objects end in a hash of what they hold. */
function indexOf(objects: readonly ManifestObject[], wanted: string): number {
  const index = objects.findIndex((object) =>
    nameOf(object) === wanted ||
    (object.kind === "ConfigMap" && nameOf(object).replace(/-[a-z0-9]{10}$/, "") === wanted)
  );
  if (index < 0) throw new Error(`Break "${wanted}": there is no such object`);
  return index;
}

function setAt(root: Node, { at, to }: { at: string; to: unknown }): void {
  const { parent, key } = walk(root, at);
  if (Array.isArray(parent) && key === "+") {
    parent.push(to);
    return;
  }
  const name = keyOf(parent, key) ?? key;
  const fields = parent as Record<string, unknown>;
  if (typeof to !== "function") {
    fields[name] = to;
    return;
  }
  const changed = to(fields[name]);
  if (changed === fields[name]) throw new Error(`Break "${at}": the edit changes nothing`);
  fields[name] = changed;
}

function removeAt(root: Node, at: string): void {
  const { parent, key } = walk(root, at);
  const name = keyOf(parent, key);
  if (name === undefined) throw new Error(`Break "${at}": there is nothing`);
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
}

function walk(root: Node, at: string): { parent: Node; key: string } {
  const words = at.split(" ");
  let parent = root;
  for (const word of words.slice(0, -1)) {
    const key = keyOf(parent, word);
    const child = key === undefined ? undefined : (parent as Record<string, unknown>)[key];
    if (typeof child !== "object" || child === null) throw new Error(`Break "${at}": there is no "${word}"`);
    parent = child as Node;
  }
  return { parent, key: words.at(-1) ?? "" };
}

function keyOf(parent: Node, word: string): string | undefined {
  if (!Array.isArray(parent)) return word in parent ? word : undefined;
  const index = parent.findIndex((element) => (element as { name?: string } | null)?.name === word);
  if (index >= 0) return `${index}`;
  return /^\d+$/.test(word) && Number(word) < parent.length ? word : undefined;
}
