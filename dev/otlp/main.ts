/**
 * A collector of traces for tests: a process that takes spans over OTLP (HTTP, JSON) and tells what it has got. Prints
 * its port as a line of JSON.
 */
import { type OtlpTraces, readSpans, type ReceivedSpan } from "./span.ts";

/** The newest; a test looks at a few. */
const SPANS_MAX = 20_000;
const spans: ReceivedSpan[] = [];

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(JSON.stringify({ port })),
}, async (request) => {
  const { pathname } = new URL(request.url);
  if (request.method === "GET" && pathname === "/spans") return Response.json(spans);
  if (request.method !== "POST" || pathname !== "/v1/traces") return new Response(null, { status: 404 });
  spans.push(...readSpans(await request.json() as OtlpTraces));
  spans.splice(0, Math.max(spans.length - SPANS_MAX, 0));
  return Response.json({});
});
