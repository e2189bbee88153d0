import { assertEquals, assertThrows } from "@std/assert";
import type { PointHit } from "./control_line.ts";
import { createPoints, withPoints } from "./points.ts";

function createScene() {
  const said: PointHit[] = [];
  let deaths = 0;
  const points = createPoints({ say: (hit) => void said.push(hit), die: () => void deaths++ });
  const done: string[] = [];
  const part = {
    send: (messages: readonly number[]) => Promise.resolve(void done.push(`sent ${messages.length}`)),
    isReady: () => true,
  };
  const wrapped = withPoints(part, { points, steps: { send: "produce" } });
  return { points, said, done, wrapped, deaths: () => deaths };
}

Deno.test("withPoints() leaves a part as it is while nothing is asked for", async () => {
  const { wrapped, done, said, deaths } = createScene();
  await wrapped.send([1, 2]);
  assertEquals([done, said, deaths(), wrapped.isReady()], [["sent 2"], [], 0, true]);
});

Deno.test("reach() dies before or after the step, as often passed by as was asked", async () => {
  const { wrapped, done, said, points, deaths } = createScene();
  points.obey({ do: "crash", point: "after_produce", skip: 1 });
  await wrapped.send([1]);
  assertEquals(deaths(), 0);
  await wrapped.send([1, 2]);
  assertEquals([deaths(), done], [1, ["sent 1", "sent 2"]]);
  assertEquals(said, [{ event: "point_hit", how: "crash", point: "after_produce", size: 2 }]);
});

Deno.test("reach() holds at a point until it is released, and not again after it", async () => {
  const { wrapped, done, said, points } = createScene();
  points.obey({ do: "hold", point: "before_produce" });
  const [first, second] = [wrapped.send([1]), wrapped.send([1, 2])];
  await Promise.resolve();
  assertEquals([done, said.length], [[], 2]);
  points.obey({ do: "release", point: "before_produce" });
  await Promise.all([first, second]);
  await wrapped.send([1, 2, 3]);
  assertEquals([done, said.length], [["sent 1", "sent 2", "sent 3"], 2]);
});

Deno.test("obey() takes back a crash that was not reached", async () => {
  const { wrapped, points, deaths } = createScene();
  points.obey({ do: "crash", point: "before_produce" });
  points.obey({ do: "release", point: "before_produce" });
  await wrapped.send([]);
  assertEquals(deaths(), 0);
});

Deno.test("withPoints() refuses a step of a method that is not there", () => {
  const { points } = createScene();
  const steps = { gone: "trim" } as Record<string, "trim">;
  assertThrows(() => withPoints({}, { points, steps: steps as never }), Error, 'Put points around "gone"');
});
