/**
 * Where the running `deno task dev` takes orders, and the token that shows an order to come from this user: for
 * `deno task part` in another terminal.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import { removeIfThere } from "./fetch_once.ts";
import { writePrivateFile } from "./private_file.ts";

const TOKEN_BYTES = 24;

export interface ControlAccess {
  address: string;
  token: string;
}

export function makeToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
}

export async function writeControlFile(checkout: Checkout, access: ControlAccess): Promise<void> {
  await writePrivateFile(controlPath(checkout), JSON.stringify(access));
}

export async function removeControlFile(checkout: Checkout): Promise<void> {
  await removeIfThere(controlPath(checkout));
}

/** Undefined when no `deno task dev` runs. */
export async function readControlFile(checkout: Checkout): Promise<ControlAccess | undefined> {
  try {
    const access: unknown = JSON.parse(await Deno.readTextFile(controlPath(checkout)));
    if (typeof access !== "object" || access === null || !("address" in access) || !("token" in access)) {
      return;
    }
    return { address: `${access.address}`, token: `${access.token}` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function controlPath(checkout: Checkout): string {
  return join(checkout.cast, "dev", "control");
}
