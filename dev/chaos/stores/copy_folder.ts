/**
 * A copy of a folder that something may be writing to: what vanishes under way is left out, modes are kept.
 */
import { join } from "node:path";
import type { User } from "../../stack/child.ts";

export interface CopyFolderOptions {
  from: string;
  to: string;
  /** Whose the copy will be; the caller's own when it is not given. */
  user?: User | undefined;
  /** Whether to copy this path below `from`. */
  wanted?: (path: string) => boolean;
}

export async function copyFolder(options: CopyFolderOptions, path = ""): Promise<void> {
  const [from, to] = [join(options.from, path), join(options.to, path)];
  const { mode } = await Deno.stat(from);
  await Deno.mkdir(to, { recursive: true });
  // Not at its creation, where the umask would have its say.
  await Deno.chmod(to, (mode ?? 0o700) & 0o777);
  if (options.user) await Deno.chown(to, options.user.uid, options.user.gid);
  for await (const entry of Deno.readDir(from)) {
    const inside = join(path, entry.name);
    if (options.wanted && !options.wanted(inside)) continue;
    try {
      await (entry.isDirectory ? copyFolder(options, inside) : copyFile(options, inside));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

async function copyFile({ from, to, user }: CopyFolderOptions, path: string): Promise<void> {
  await Deno.copyFile(join(from, path), join(to, path));
  if (user) await Deno.chown(join(to, path), user.uid, user.gid);
}
