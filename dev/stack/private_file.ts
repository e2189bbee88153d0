/**
 * A file that only its owner may read, replaced as a whole.
 */

export async function writePrivateFile(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  await Deno.writeTextFile(part, text, { mode: 0o600 });
  await Deno.rename(part, path);
}
