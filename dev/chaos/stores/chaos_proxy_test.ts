import { assertEquals } from "@std/assert";
import { createTcpProxy } from "../../../shared/testing/tcp_proxy.ts";
import { createProxyGroup } from "./chaos_proxy.ts";

Deno.test("createProxyGroup() does to each what is done to all, and adds up what they counted", async () => {
  const nowhere = { hostname: "127.0.0.1", port: 1 };
  await using one = createTcpProxy(nowhere);
  await using other = createTcpProxy(nowhere);
  const group = createProxyGroup([one, other]);
  group.cut();
  for (const { port } of [one, other, other]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    assertEquals(await connection.read(new Uint8Array(1)), null);
  }
  assertEquals([one, other, group].map((proxy) => proxy.counters().refused), [1, 2, 3]);
  group.restore();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: one.port });
  assertEquals(await connection.read(new Uint8Array(1)), null);
  assertEquals([one, other, group].map((proxy) => proxy.counters().connections), [1, 0, 1]);
});
