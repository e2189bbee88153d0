/**
 * Checks of what was fetched. A file that differs from what the project was written against is refused, whoever served
 * it and however the client that brought it was set up.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** Refuses a file whose digest differs; `integrity` is npm's form, `sha512-<base64>`. */
export async function verifyIntegrity(path: string, integrity: string): Promise<void> {
  const actual = `sha512-${await digestFile(path, { algorithm: "sha512", encoding: "base64" })}`;
  if (actual !== integrity) throw new Error(`Check "${path}": its digest is ${actual}, want ${integrity}`);
}

/** Reads lines of `<sha256 in hex>  <file name>`, the format of sha256sum. */
export function parseChecksums(text: string): Map<string, string> {
  const checksums = new Map<string, string>();
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const match = /^([0-9a-f]{64}) {2}([^/\s]+)$/.exec(line);
    if (!match?.[1] || !match[2]) throw new Error(`Read the list of checksums: cannot understand "${line}"`);
    checksums.set(match[2], match[1]);
  }
  return checksums;
}

/** Refuses a folder that lacks a listed file, holds another one, or holds one with other contents. */
export async function verifyFolder(folder: string, checksums: Map<string, string>): Promise<void> {
  const missing = new Set(checksums.keys());
  for await (const entry of Deno.readDir(folder)) {
    const expected = checksums.get(entry.name);
    if (!expected) throw new Error(`Check "${entry.name}": it is not in the list of checksums`);
    const actual = await digestFile(join(folder, entry.name), { algorithm: "sha256", encoding: "hex" });
    if (actual !== expected) {
      throw new Error(`Check "${entry.name}": its sha256 is ${actual}, want ${expected}`);
    }
    missing.delete(entry.name);
  }
  if (missing.size > 0) throw new Error(`Check "${folder}": it lacks ${[...missing].join(", ")}`);
}

async function digestFile(
  path: string,
  form: { algorithm: "sha256" | "sha512"; encoding: "hex" | "base64" },
): Promise<string> {
  const hash = createHash(form.algorithm);
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest(form.encoding);
}
