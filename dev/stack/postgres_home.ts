/**
 * Where Postgres lives, and as whom it runs.
 *
 * Postgres refuses to run as root. When the launcher is root, Postgres runs as `nobody`, who must reach the binaries and
 * the data. Often nobody can, and then both lie in the checkout like everything else; when a closed folder such as /root
 * is in the way, they lie in a folder of this checkout's own under /var/tmp, which a restart of the machine does not
 * empty, and `.cast/outside` points there.
 */
import { join } from "node:path";
import type { User } from "./child.ts";
import type { Checkout } from "./checkout.ts";
import { exists, removeIfThere } from "./fetch_once.ts";
import { runClient } from "./run_client.ts";
import { SetupError } from "./setup_error.ts";

const OUTSIDE_PARENT = "/var/tmp";

export interface PostgresHome {
  /** Holds bin/, lib/ and share/. */
  binaries: string;
  /** Holds the data folder and the password. */
  folder: string;
  /** Who runs it; absent when the launcher itself is no root. */
  user?: User;
}

export async function createPostgresHome(
  checkout: Checkout,
  options: { runFolder: string; runName: string; binaries: string },
): Promise<PostgresHome> {
  const inside = join(options.runFolder, "postgres");
  if (Deno.uid() !== 0) {
    await Deno.mkdir(inside, { recursive: true });
    return { binaries: options.binaries, folder: inside };
  }
  const user = await findNobody();
  await Deno.mkdir(inside, { recursive: true });
  if (await canReach(user, [join(options.binaries, "bin", "postgres"), inside])) {
    return { binaries: options.binaries, folder: inside, user };
  }
  return await moveOutside(checkout, { ...options, user });
}

/** Removes what a run kept outside of its own folder. */
export async function removeOutside(checkout: Checkout, runName: string): Promise<void> {
  await removeIfThere(join(outsideFolder(checkout), runName));
}

/**
 * The binaries are copied for every run: something else may have cleared away a part of an older copy there, and another
 * run may be using it.
 */
async function moveOutside(
  checkout: Checkout,
  options: { runName: string; binaries: string; user: User },
): Promise<PostgresHome> {
  const run = join(await openOutside(checkout), options.runName);
  const [binaries, folder] = [join(run, "binaries"), join(run, "postgres")];
  await removeIfThere(binaries);
  await Deno.mkdir(folder, { recursive: true });
  await runClient("cp", {
    action: "Copy Postgres to where another user can reach it",
    args: ["-RPp", options.binaries, binaries],
    install: "install cp",
  });
  // A strict umask, now or when they were unpacked, would have closed them to the user that Postgres runs as.
  await runClient("chmod", {
    action: "Open Postgres to the user that runs it",
    args: ["-R", "a+rX", binaries],
    install: "install chmod",
  });
  for (const path of [run, folder]) await Deno.chmod(path, 0o755);
  return { binaries, folder, user: options.user };
}

function outsideFolder(checkout: Checkout): string {
  return join(OUTSIDE_PARENT, `cast-${checkout.id}`);
}

/** Makes the folder outside, or refuses one that somebody else has put there: anyone may write to its parent. */
async function openOutside(checkout: Checkout): Promise<string> {
  const outside = outsideFolder(checkout);
  await Deno.mkdir(outside, { mode: 0o755 }).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  const found = await Deno.lstat(outside);
  if (!found.isDirectory || found.uid !== 0 || ((found.mode ?? 0) & 0o022) !== 0) {
    throw new SetupError(`Use "${outside}" for Postgres: remove it, root must own it alone`);
  }
  await Deno.chmod(outside, 0o755);
  const pointer = join(checkout.cast, "outside");
  if (!await exists(pointer)) await Deno.symlink(outside, pointer);
  return outside;
}

async function findNobody(): Promise<User> {
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => {
    const printed = await runClient("id", {
      action: "Find a user for Postgres, which refuses to run as root",
      args: [flag, "nobody"],
      install: "make a user nobody, or run this as another user than root",
    });
    // macOS gives nobody the number -2.
    return Number(printed) >>> 0;
  }));
  if (!uid || !gid) throw new Error("Find a user for Postgres: nobody has no number");
  return { uid, gid };
}

/** Asks as that user, since modes alone do not tell: there are access lists and read-only mounts. */
async function canReach(user: User, paths: string[]): Promise<boolean> {
  const { code, signal } = await new Deno.Command("sh", {
    args: ["-c", 'for path; do test -x "$path" || exit 1; done', "sh", ...paths],
    cwd: "/",
    ...user,
    stdout: "null",
    stderr: "null",
  }).output();
  if (signal) throw new Error(`Look whether nobody can reach the binaries of Postgres: ended by ${signal}`);
  return code === 0;
}
