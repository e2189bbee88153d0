/**
 * The W3C's `traceparent`: what a span is known by in another process. A text that is none is treated as absent, since
 * texts come from strangers and a trace is never worth a vote.
 */
import type { SpanContext } from "@opentelemetry/api";

export const TRACEPARENT_LENGTH = 55;
/** The one version there is, and the one that we write. */
const PATTERN = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Returns undefined for what is none. */
export function parseTraceparent(text: string | undefined): SpanContext | undefined {
  if (text?.length !== TRACEPARENT_LENGTH) return undefined;
  const [, traceId, spanId, flags] = PATTERN.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
