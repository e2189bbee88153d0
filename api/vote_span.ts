/**
 * The span of the vote script's run. The vote's record carries it on, so that what the relay and the persister do with
 * the vote, seconds later and in other processes, belongs to the trace of the request that brought it.
 */
import { type Span, SpanKind } from "@opentelemetry/api";
import type { VoteScriptInput } from "../shared/redis/vote_script.ts";
import { formatTraceparent } from "../shared/trace/traceparent.ts";
import { findTracer, isTraced, markFailed } from "../shared/trace/tracing.ts";
import type { CastVoteOutcome } from "../shared/vote/outcome.ts";

type RunVoteScript = (input: VoteScriptInput) => Promise<CastVoteOutcome>;

const NAME = "EVALSHA castVote";
const OPTIONS = {
  kind: SpanKind.CLIENT,
  attributes: {
    "db.system.name": "redis",
    "db.operation.name": "EVALSHA",
    "db.stored_procedure.name": "castVote",
  },
};

/** Returns the function itself where nothing is traced. */
export function withVoteSpan(run: RunVoteScript): RunVoteScript {
  const tracer = findTracer();
  if (!tracer) return run;
  return (input) =>
    isTraced() ? tracer.startActiveSpan(NAME, OPTIONS, (span) => traced(input, span)) : run(input);

  async function traced(input: VoteScriptInput, span: Span): Promise<CastVoteOutcome> {
    try {
      // Last of its fields, where the relay looks for it.
      const record = { ...input.record, traceparent: formatTraceparent(span.spanContext()) };
      const outcome = await run({ ...input, record });
      span.setAttribute("cast.vote.outcome", outcome.kind === "refused" ? outcome.code : outcome.kind);
      if (outcome.kind === "unknown") markFailed(span, outcome.cause);
      return outcome;
    } finally {
      span.end();
    }
  }
}
