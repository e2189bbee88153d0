/**
 * Where the local stack keeps its things: all under the git-ignored folder `.cast/` of the checkout, so that two checkouts
 * share nothing and removing the folder removes every trace.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Checkout {
  /** The root of the repository. */
  root: string;
  /** Everything that this machine adds to it. */
  cast: string;
  /** What was fetched, one folder per version. */
  fetched: string;
  /** Twelve hex digits that tell this checkout from another. */
  id: string;
}

export function createCheckout(root: string = repositoryRoot()): Checkout {
  const cast = join(root, ".cast");
  const id = createHash("sha256").update(root).digest("hex").slice(0, 12);
  return { root, cast, fetched: join(cast, "fetched"), id };
}

function repositoryRoot(): string {
  return fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
}
