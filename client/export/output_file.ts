/** A file that is there whole or not at all: written under another name beside it, and renamed at the end. */
import { basename, dirname, join } from "node:path";

export interface OutputFile extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the file its name; what had it before is gone. */
  keep(): Promise<void>;
}

/** For its owner alone: a ledger may say who voted. */
const MODE = 0o600;

export async function createOutputFile(path: string): Promise<OutputFile> {
  const random = crypto.getRandomValues(new Uint8Array(6)).toHex();
  const temporary = join(dirname(path), `.${basename(path)}.${random}.part`);
  const file = await Deno.open(temporary, { write: true, createNew: true, mode: MODE });
  let isOpen = true;
  let isKept = false;
  return {
    async write(bytes) {
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
    },
    async keep() {
      await file.syncData();
      file.close();
      isOpen = false;
      await Deno.rename(temporary, path);
      isKept = true;
    },
    async [Symbol.asyncDispose]() {
      if (isOpen) file.close();
      if (!isKept) await Deno.remove(temporary);
    },
  };
}
