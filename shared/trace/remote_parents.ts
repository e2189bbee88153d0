/** Spans whose parents are in another process, many at a time: what a batch of votes makes of its votes' traces. */
import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { parseTraceparent } from "./traceparent.ts";
import { isSampled, markFailed } from "./tracing.ts";

/**
 * Votes of one batch that get spans of their own: enough to see where the time goes. Where operators sample more, the
 * traces of the others end at the API, and a batch stays as quick as it was.
 */
export const TRACED_VOTES_MAX = 100;

/** Returns those among the texts that name a sampled span, each with its place, up to the bound. */
export function sampledParents(
  traceparents: readonly (string | undefined)[],
): ReadonlyMap<number, SpanContext> {
  const parents = new Map<number, SpanContext>();
  for (const [index, text] of traceparents.entries()) {
    const parent = text === undefined ? undefined : parseTraceparent(text);
    if (!parent || !isSampled(parent)) continue;
    parents.set(index, parent);
    if (parents.size === TRACED_VOTES_MAX) break;
  }
  return parents;
}

/** Starts a span whose parent is in another process. */
export function startChild(
  tracer: Tracer,
  { parent, name, ...options }: SpanOptions & { parent: SpanContext; name: string },
): Span {
  return tracer.startSpan(name, options, trace.setSpanContext(ROOT_CONTEXT, parent));
}

/** Ends the spans when the work does, as failed where it failed. */
export async function duringSpans<T>(spans: readonly Span[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (const span of spans) markFailed(span, error);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}
