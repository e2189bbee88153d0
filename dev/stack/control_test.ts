import { assertEquals } from "@std/assert";
import { createControlHandler } from "./control.ts";
import type { StoreControl } from "./store.ts";

function recordingControls(calls: string[]) {
  const create = (name: string): StoreControl => ({
    kill: async () => {
      // Two turns, so that an act that did not wait for this one would come first.
      await Promise.resolve();
      await Promise.resolve();
      calls.push(`${name} kill`);
    },
    stop: () => Promise.reject(new Error("Stop it: no")),
    start: () => Promise.resolve(void calls.push(`${name} start`)),
  });
  return { redis: create("redis"), kafka: create("kafka"), postgres: create("postgres") };
}

function post(path: string): Request {
  return new Request(`http://control${path}`, { method: "POST" });
}

Deno.test("control answers 204 when the act is finished", async () => {
  const calls: string[] = [];
  const handle = createControlHandler(recordingControls(calls));
  assertEquals((await handle(post("/kafka/kill"))).status, 204);
  assertEquals(calls, ["kafka kill"]);
});

Deno.test("control does one act at a time on a store, in the order asked", async () => {
  const calls: string[] = [];
  const handle = createControlHandler(recordingControls(calls));
  await Promise.all([handle(post("/redis/kill")), handle(post("/redis/start"))]);
  assertEquals(calls, ["redis kill", "redis start"]);
});

Deno.test("control reports a failed act and goes on with the next", async () => {
  const calls: string[] = [];
  const handle = createControlHandler(recordingControls(calls));
  const failed = await handle(post("/postgres/stop"));
  assertEquals([failed.status, await failed.text()], [500, "Stop it: no\n"]);
  assertEquals((await handle(post("/postgres/start"))).status, 204);
});

Deno.test("control refuses what it does not know", async () => {
  const handle = createControlHandler(recordingControls([]));
  assertEquals((await handle(post("/mysql/kill"))).status, 404);
  assertEquals((await handle(post("/redis/restart"))).status, 404);
  assertEquals((await handle(new Request("http://control/redis/kill"))).status, 405);
});

Deno.test("control with a token hears those alone who show it", async () => {
  const calls: string[] = [];
  const handle = createControlHandler(recordingControls(calls), { token: "abc" });
  const order = (authorization?: string) =>
    handle(
      new Request("http://control/redis/start", {
        method: "POST",
        ...(authorization === undefined ? {} : { headers: { authorization } }),
      }),
    );
  for (const wrong of [undefined, "Bearer", "Bearer abd", "Bearer abcd", "abc"]) {
    assertEquals((await order(wrong)).status, 401);
  }
  assertEquals(calls, []);
  assertEquals((await order("Bearer abc")).status, 204);
  assertEquals(calls, ["redis start"]);
});
