import { assertEquals, assertRejects } from "@std/assert";
import { readZipEntry } from "./zip_entry.ts";

// Made by Python's zipfile: "stored.txt" holds "plain", "folder/deflated.txt" holds "abc" 20 times.
const ARCHIVE = Uint8Array.fromBase64(
  "UEsDBBQAAAAAAAAAIQDPYiAZBQAAAAUAAAAKAAAAc3RvcmVkLnR4dHBsYWluUEsDBBQAAAAIAAAAIQAt+pHhCAAAADwAAAATAAAAZm9sZGVyL2RlZmxhdGVkLnR4dEtMSk4kFwEAUEsBAhQDFAAAAAAAAAAhAM9iIBkFAAAABQAAAAoAAAAAAAAAAAAAAIABAAAAAHN0b3JlZC50eHRQSwECFAMUAAAACAAAACEALfqR4QgAAAA8AAAAEwAAAAAAAAAAAAAAgAEtAAAAZm9sZGVyL2RlZmxhdGVkLnR4dFBLBQYAAAAAAgACAHkAAABmAAAAAAA=",
);

Deno.test("readZipEntry() reads stored and deflated entries", async () => {
  const read = async (name: string) => new TextDecoder().decode(await readZipEntry(ARCHIVE, name));
  assertEquals(await read("stored.txt"), "plain");
  assertEquals(await read("folder/deflated.txt"), "abc".repeat(20));
});

Deno.test("readZipEntry() refuses a name that is not there and a file that is no archive", async () => {
  await assertRejects(() => readZipEntry(ARCHIVE, "deflated.txt"), Error, 'holds no "deflated.txt"');
  await assertRejects(() => readZipEntry(ARCHIVE.slice(0, -10), "stored.txt"), Error, "not a zip file");
  await assertRejects(() => readZipEntry(new Uint8Array(), "stored.txt"), Error, "not a zip file");
});
