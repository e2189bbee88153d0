import { assertEquals, assertRejects } from "@std/assert";
import { createPatience } from "./patience.ts";

const never = new Promise<string>(() => {});

Deno.test("patience resolves as what it waits for, and leaves no timer behind", async () => {
  const wait = createPatience(60_000);
  assertEquals(await Promise.all([wait(Promise.resolve(1)), wait(Promise.resolve("two"))]), [1, "two"]);
  await assertRejects(() => wait(Promise.reject(new Error("gone"))), Error, "gone");
});

Deno.test("patience ends for each in turn, and what comes later is dropped", async () => {
  const wait = createPatience(20);
  const late = Promise.withResolvers<string>();
  const waiting = [wait(never), wait(late.promise), wait(Promise.resolve("in time"))];
  assertEquals(await Promise.all(waiting), [undefined, undefined, "in time"]);
  late.reject(new Error("too late"));
  assertEquals(await Promise.all([wait(never), wait(never)]), [undefined, undefined]);
});
