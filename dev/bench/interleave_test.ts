import { assertEquals, assertRejects } from "@std/assert";
import { interleave } from "./interleave.ts";

Deno.test("interleave() turns the order round by round, and leaves the first round out", async () => {
  const order: string[] = [];
  const side = (name: string) => () => Promise.resolve(order.push(name));
  const samples = await interleave({ a: side("a"), b: side("b") }, {
    rounds: 3,
    signal: new AbortController().signal,
  });
  assertEquals(order.join(""), "abbaabba");
  assertEquals(samples, { a: [4, 5, 8], b: [3, 6, 7] });
});

Deno.test("interleave() begins no side once it was told to stop", async () => {
  const stop = new AbortController();
  let runs = 0;
  const side = () => {
    if (++runs === 3) stop.abort();
    return Promise.resolve(1);
  };
  await assertRejects(
    () => interleave({ a: side, b: side }, { rounds: 5, signal: stop.signal }),
    DOMException,
  );
  assertEquals(runs, 3);
});
