import { assertEquals, assertRejects } from "@std/assert";
import { withinDeadline } from "./deadline.ts";

Deno.test("withinDeadline() hands on what the work gives or throws", async () => {
  assertEquals(await withinDeadline(() => 7, { ms: 60_000, what: "Count" }), 7);
  const refused = new Error("refused");
  const thrown = await assertRejects(() =>
    withinDeadline(() => Promise.reject(refused), { ms: 60_000, what: "Count" })
  );
  assertEquals(thrown, refused);
});

Deno.test("withinDeadline() rejects for work that never ends, and says which", async () => {
  await assertRejects(
    () => withinDeadline(() => new Promise(() => {}), { ms: 1, what: "Reach Kafka" }),
    Error,
    "Reach Kafka: not done after 1 ms",
  );
});
