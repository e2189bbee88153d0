/**
 * The key that signs the tickets of the local stack: random, made once per checkout, kept from other users.
 */
import { writePrivateFile } from "./private_file.ts";

const KEY_ID = "dev";
const KEY_BYTES = 32;

/** In the form of CAST_TICKET_KEYS. */
export async function readOrMakeTicketKeys(path: string): Promise<string> {
  try {
    return (await Deno.readTextFile(path)).trim();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const keys = `${KEY_ID}:${crypto.getRandomValues(new Uint8Array(KEY_BYTES)).toBase64()}`;
  await writePrivateFile(path, `${keys}\n`);
  return keys;
}
