/**
 * Fetching into a folder that is either whole or absent. The contents are made aside and checked there, then renamed, so
 * an interrupted fetch leaves nothing that looks finished; a lock on a file lets one of several launchers fetch while the
 * others wait, and the system itself frees it when its holder dies.
 */
import { basename, dirname, join } from "node:path";

export interface FetchOptions {
  /** Where the contents will lie. Its name holds the version: another version is another folder. */
  folder: string;
  /** Told when the fetch really begins, since the first one takes a while. */
  onStart: () => void;
  /** Fills the empty folder `part` and refuses what is not as it should be. */
  fill: (part: string) => Promise<void>;
}

export async function fetchOnce(options: FetchOptions): Promise<string> {
  if (await exists(options.folder)) return options.folder;
  await Deno.mkdir(dirname(options.folder), { recursive: true });
  using lock = await Deno.open(`${options.folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await exists(options.folder)) return options.folder;
  options.onStart();
  await removeOldParts(options.folder);
  // A name of its own: a client that outlived its killed launcher may still be writing to the one before.
  const part = await Deno.makeTempDir({
    dir: dirname(options.folder),
    prefix: `${basename(options.folder)}.part-`,
  });
  // Not ours alone, as temporary folders are: Postgres may run as another user.
  await Deno.chmod(part, 0o755);
  try {
    await options.fill(part);
    await Deno.rename(part, options.folder);
  } catch (error) {
    await removeIfThere(part);
    throw error;
  }
  return options.folder;
}

export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

export async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

async function removeOldParts(folder: string): Promise<void> {
  for await (const entry of Deno.readDir(dirname(folder))) {
    if (!entry.name.startsWith(`${basename(folder)}.part-`)) continue;
    // One that is still being written to can be removed the next time.
    await removeIfThere(join(dirname(folder), entry.name)).catch(() => {});
  }
}
