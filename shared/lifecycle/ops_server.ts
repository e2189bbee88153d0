/**
 * The operations port: `/livez` says that this process answers, `/startedz` that it has started, `/readyz` that what it
 * needs is there. They speak by status code; the body names what is missing. `/metrics` is for Prometheus.
 */
import type { Registry } from "prom-client";

/** The check that holds from the moment in which the program was put together. */
export const STARTED = "started";

export interface ReadinessCheck {
  readonly name: string;
  isReady(): boolean;
}

export interface OpsServer {
  readonly port: number;
  stop(): Promise<void>;
}

export function createOpsServer(
  { port, checks, registry, isStopping }: {
    port: number;
    checks: readonly ReadinessCheck[];
    registry: Registry;
    isStopping: () => boolean;
  },
): OpsServer {
  const server = Deno.serve({ port, hostname: "0.0.0.0", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    if (pathname === "/livez") return Response.json({ live: true });
    if (pathname === "/startedz") return readiness(checks.filter(({ name }) => name === STARTED), false);
    if (pathname === "/readyz") return readiness(checks, isStopping());
    if (pathname === "/metrics") {
      return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
    }
    return new Response(null, { status: 404 });
  });
  return { port: server.addr.port, stop: () => server.shutdown() };
}

function readiness(checks: readonly ReadinessCheck[], stopping: boolean): Response {
  const missing = checks.filter((check) => !check.isReady()).map((check) => check.name);
  if (stopping) missing.push("stopping");
  return Response.json({ ready: missing.length === 0, missing }, {
    status: missing.length === 0 ? 200 : 503,
  });
}
