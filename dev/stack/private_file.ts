/**
 * A file that only its owner may read, replaced as a whole. Its folder is made where it is not there yet: in a fresh
 * checkout whose stores are somebody else's, nothing has made it before.
 */
import { dirname } from "node:path";

export async function writePrivateFile(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  await Deno.writeTextFile(part, text, { mode: 0o600 });
  await Deno.rename(part, path);
}
