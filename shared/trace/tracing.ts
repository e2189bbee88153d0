/**
 * Tracing is Deno's own: `OTEL_DENO=true` and the other `OTEL_*` variables turn it on, and the runtime makes the spans of
 * HTTP, carries the active one along and exports them. Where it is off, nothing of it runs: whoever would make spans asks
 * here once, when it is made, and is left as it was.
 */
import {
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";

/** Returns undefined where Deno does not trace, or an edge host has nothing of the kind. */
export function findTracer(): Tracer | undefined {
  if (trace.getTracerProvider() !== Deno.telemetry?.tracerProvider) return undefined;
  return trace.getTracer("cast");
}

/** Whether what is under way here is traced: most of it is not, where operators sample. */
export function isTraced(): boolean {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSampled(context);
}

export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** With the name of the error alone: its text may hold what clients sent. */
export function markFailed(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : "unknown";
  span.setAttribute("error.type", name);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
