/**
 * The right to a name: one process at a time. It is a lock on a file, which the system frees when its holder dies, however
 * it dies; the file tells the others who holds it.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import { SetupError } from "./setup_error.ts";

const NAME = /^[a-z0-9- ]{1,40}$/;
const HOLDER_BYTES_MAX = 4_096;

export interface RunClaim {
  /** Tells those who come second more than the pid. */
  describe(holder: string): Promise<void>;
  /** Gives the name back. */
  release(): void;
  /** Gives back a name that nobody will ask for again, and removes its file; any other's stays, since a lock on a removed
   * file would keep nobody out. */
  forget(): Promise<void>;
}

/** Refuses with one sentence when another process has the name. */
export async function claimRun(checkout: Checkout, name: string): Promise<RunClaim> {
  const { claim, holder } = await tryClaimRun(checkout, name);
  if (!claim) {
    throw new SetupError(
      `Start ${name}: it is already running in this checkout (${holder}), stop that one first`,
    );
  }
  return claim;
}

export async function tryClaimRun(
  checkout: Checkout,
  name: string,
): Promise<{ claim: RunClaim; holder?: never } | { claim?: never; holder: string }> {
  if (!NAME.test(name)) throw new RangeError(`Name a run: "${name}" does not match ${NAME}`);
  const folder = join(checkout.cast, "locks");
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, name.replaceAll(" ", "-"));
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await file.tryLock(true)) {
    const buffer = new Uint8Array(HOLDER_BYTES_MAX);
    const count = await file.read(buffer) ?? 0;
    file.close();
    return { holder: new TextDecoder().decode(buffer.subarray(0, count)) };
  }
  const describe = async (holder: string) => {
    await file.truncate(0);
    await file.seek(0, Deno.SeekMode.Start);
    await file.write(new TextEncoder().encode(holder));
  };
  await describe(`process ${Deno.pid}`);
  const forget = async () => {
    await Deno.remove(path);
    file.close();
  };
  return { claim: { describe, release: () => file.close(), forget } };
}
