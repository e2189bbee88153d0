import { assert, assertEquals } from "@std/assert";
import { Counter, Registry } from "prom-client";
import { createOpsServer, type ReadinessCheck } from "./ops_server.ts";

interface Lab extends AsyncDisposable {
  readonly checks: ReadinessCheck[];
  stopping: boolean;
  ask(path: string, method?: string): Promise<{ status: number; body: string; allow: string | null }>;
}

function createLab(): Lab {
  const checks: ReadinessCheck[] = [];
  const lab: Lab = {
    checks,
    stopping: false,
    async ask(path, method = "GET") {
      const response = await fetch(`http://127.0.0.1:${ops.port}${path}`, { method });
      return { status: response.status, body: await response.text(), allow: response.headers.get("allow") };
    },
    [Symbol.asyncDispose]: () => ops.stop(),
  };
  const registry = new Registry();
  new Counter({ name: "cast_things_total", help: "Things", registers: [registry] }).inc(3);
  const ops = createOpsServer({ port: 0, checks, registry, isStopping: () => lab.stopping });
  return lab;
}

Deno.test("createOpsServer() answers /livez as long as the process does", async () => {
  await using lab = createLab();
  lab.checks.push({ name: "redis", isReady: () => false });
  lab.stopping = true;
  const { status, body } = await lab.ask("/livez");
  assertEquals([status, JSON.parse(body)], [200, { live: true }]);
});

Deno.test("createOpsServer() answers /readyz by status, and names what is missing", async () => {
  await using lab = createLab();
  let redisReady = true;
  lab.checks.push({ name: "redis", isReady: () => redisReady }, { name: "kafka", isReady: () => true });
  const ready = async () => {
    const { status, body } = await lab.ask("/readyz");
    return [status, JSON.parse(body)];
  };
  assertEquals(await ready(), [200, { ready: true, missing: [] }]);
  redisReady = false;
  assertEquals(await ready(), [503, { ready: false, missing: ["redis"] }]);
  lab.stopping = true;
  assertEquals(await ready(), [503, { ready: false, missing: ["redis", "stopping"] }]);
  redisReady = true;
  assertEquals(await ready(), [503, { ready: false, missing: ["stopping"] }]);
  lab.stopping = false;
  assertEquals(await ready(), [200, { ready: true, missing: [] }]);
});

Deno.test("createOpsServer() answers /startedz by the start alone", async () => {
  await using lab = createLab();
  let started = false;
  lab.checks.push({ name: "started", isReady: () => started }, { name: "redis", isReady: () => false });
  assertEquals((await lab.ask("/startedz")).status, 503);
  started = true;
  lab.stopping = true;
  assertEquals((await lab.ask("/startedz")).status, 200);
});

Deno.test("createOpsServer() answers HEAD like GET, without a body", async () => {
  await using lab = createLab();
  lab.checks.push({ name: "redis", isReady: () => false });
  assertEquals((await lab.ask("/livez", "HEAD")).status, 200);
  const { status, body } = await lab.ask("/readyz", "HEAD");
  assertEquals([status, body], [503, ""]);
});

Deno.test("createOpsServer() answers 404 elsewhere and 405 to other methods", async () => {
  await using lab = createLab();
  for (const path of ["/", "/livez/", "/readyz/x", "/LIVEZ", "//livez"]) {
    assertEquals((await lab.ask(path)).status, 404, path);
  }
  assertEquals((await lab.ask("/livez?probe=1")).status, 200);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status, allow } = await lab.ask("/readyz", method);
    assertEquals([status, allow], [405, "GET, HEAD"], method);
  }
});

Deno.test("createOpsServer() shows its metrics to Prometheus", async () => {
  await using lab = createLab();
  const { status, body } = await lab.ask("/metrics");
  assertEquals(status, 200);
  assert(body.includes("# TYPE cast_things_total counter\ncast_things_total 3\n"), body);
});
