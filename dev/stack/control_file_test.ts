import { assertEquals } from "@std/assert";
import { createCheckout } from "./checkout.ts";
import { makeToken, readControlFile, removeControlFile, writeControlFile } from "./control_file.ts";

Deno.test("the control file is there while a launcher runs, for this user alone", async () => {
  const root = await Deno.makeTempDir();
  try {
    const checkout = createCheckout(root);
    await Deno.mkdir(`${checkout.cast}/dev`, { recursive: true });
    assertEquals(await readControlFile(checkout), undefined);
    const access = { address: "http://127.0.0.1:1", token: makeToken() };
    await writeControlFile(checkout, access);
    assertEquals(await readControlFile(checkout), access);
    assertEquals((await Deno.stat(`${checkout.cast}/dev/control`)).mode! & 0o777, 0o600);
    await removeControlFile(checkout);
    assertEquals(await readControlFile(checkout), undefined);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
