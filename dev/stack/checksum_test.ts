import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { parseChecksums, verifyFolder, verifyIntegrity } from "./checksum.ts";

// From openssl: printf hello | openssl dgst -sha256, and -sha512 -binary | base64.
const HELLO_SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const HELLO_SHA512 =
  "sha512-m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==";

async function withFolder(
  files: Record<string, string>,
  act: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("verifyIntegrity() accepts the right file and refuses another", async () => {
  await withFolder({ right: "hello", wrong: "hello!" }, async (folder) => {
    await verifyIntegrity(join(folder, "right"), HELLO_SHA512);
    await assertRejects(
      () => verifyIntegrity(join(folder, "wrong"), HELLO_SHA512),
      Error,
      "its digest is sha512-",
    );
  });
});

Deno.test("verifyFolder() accepts exactly the listed files", async () => {
  await withFolder({ "a.jar": "hello" }, async (folder) => {
    await verifyFolder(folder, new Map([["a.jar", HELLO_SHA256]]));
  });
});

Deno.test("verifyFolder() refuses a changed, an unlisted and a missing file", async () => {
  await withFolder({ "a.jar": "hellO" }, async (folder) => {
    await assertRejects(
      () => verifyFolder(folder, new Map([["a.jar", HELLO_SHA256]])),
      Error,
      'Check "a.jar": its sha256',
    );
    await assertRejects(() => verifyFolder(folder, new Map()), Error, "not in the list");
  });
  await withFolder({}, async (folder) => {
    await assertRejects(
      () => verifyFolder(folder, new Map([["a.jar", HELLO_SHA256]])),
      Error,
      "it lacks a.jar",
    );
  });
});

Deno.test("parseChecksums() reads the format of sha256sum and refuses names that leave the folder", () => {
  assertEquals(parseChecksums(`${HELLO_SHA256}  a.jar\n`), new Map([["a.jar", HELLO_SHA256]]));
  for (const line of ["", "abc  a.jar", `${HELLO_SHA256}  ../a.jar`, `${HELLO_SHA256} a.jar`]) {
    if (line !== "") assertThrows(() => parseChecksums(line), Error, "cannot understand");
  }
});
