import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createCheckout } from "./checkout.ts";
import { claimRun, tryClaimRun } from "./run_claim.ts";
import { SetupError } from "./setup_error.ts";

Deno.test("claimRun() gives a name to one at a time and tells the second who holds it", async () => {
  const root = await Deno.makeTempDir();
  try {
    const checkout = createCheckout(root);
    const claim = await claimRun(checkout, "dev");
    await claim.describe("process 1, somewhere");
    const error = await assertRejects(() => claimRun(checkout, "dev"), SetupError);
    assertStringIncludes(
      error.message,
      "already running in this checkout (process 1, somewhere), stop that one first",
    );
    const other = await tryClaimRun(checkout, "test-1");
    assert(other.claim);
    await other.claim.forget();
    claim.release();
    const again = await claimRun(checkout, "dev");
    again.release();
    const left = [...Deno.readDirSync(`${checkout.cast}/locks`)].map((entry) => entry.name);
    assertEquals(left, ["dev"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("claimRun() refuses a name that could leave its folder", async () => {
  await assertRejects(() => claimRun(createCheckout("/nowhere"), "../dev"), RangeError, "Name a run");
});
