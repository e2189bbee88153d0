import { assertEquals, assertRejects } from "@std/assert";
import { waitUntil } from "./wait_until.ts";

Deno.test("waitUntil() asks again until the condition holds", async () => {
  let asked = 0;
  await waitUntil(() => Promise.resolve(++asked === 3), { what: "it was asked thrice", deadlineMs: 10_000 });
  assertEquals(asked, 3);
});

Deno.test("waitUntil() gives up at its deadline and says on what it waited", async () => {
  const never = () => Promise.resolve(false);
  await assertRejects(
    () => waitUntil(never, { what: "pigs fly", deadlineMs: 0 }),
    Error,
    "Wait until pigs fly",
  );
});

Deno.test("waitUntil() passes on what the condition throws", async () => {
  const broken = () => Promise.reject(new Error("Broken"));
  await assertRejects(() => waitUntil(broken, { what: "it works", deadlineMs: 10_000 }), Error, "Broken");
});
