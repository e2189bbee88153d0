/**
 * The spans of storing votes: each traced vote has one in its own trace, which ends when Postgres has committed it, and
 * the statement that stores the batch has one. They are linked both ways.
 */
import { type Span, SpanKind, type Tracer } from "@opentelemetry/api";
import { duringSpans, sampledParents, startChild } from "../../shared/trace/remote_parents.ts";
import { parseTraceparent } from "../../shared/trace/traceparent.ts";
import { findTracer } from "../../shared/trace/tracing.ts";
import type { PartitionAddress } from "./store_votes.ts";
import type { BatchVote, VoteBatch } from "./vote_batch.ts";
import type { VoteStore } from "./vote_store.ts";

/** Returns the store itself where nothing is traced. */
export function traceStore(store: VoteStore): VoteStore {
  const tracer = findTracer();
  if (!tracer) return store;
  return {
    ...store,
    async storeVotes(asked) {
      const spans = startSpans(tracer, asked);
      if (!spans) return await store.storeVotes(asked);
      return await duringSpans(spans.all, async () => {
        const outcome = await store.storeVotes(asked);
        spans.statement.setAttribute("cast.votes.inserted", outcome.insertedCount);
        return outcome;
      });
    },
  };
}

interface StoreSpans {
  readonly statement: Span;
  readonly all: readonly Span[];
}

/** Returns undefined where no vote of the batch is traced. */
function startSpans(
  tracer: Tracer,
  { address: { topic, partition }, batch: { votes } }: { address: PartitionAddress; batch: VoteBatch },
): StoreSpans | undefined {
  const parents = [...sampledParents(votes.map(traceparentOf)).values()];
  if (parents.length === 0) return undefined;
  const origin = {
    "messaging.destination.name": topic,
    "messaging.destination.partition.id": String(partition),
  };
  const statement = tracer.startSpan("store_votes", {
    kind: SpanKind.CLIENT,
    root: true,
    attributes: {
      ...origin,
      "db.system.name": "postgresql",
      "db.query.summary": "store_votes",
      "messaging.batch.message_count": votes.length,
    },
    links: parents.map((context) => ({ context })),
  });
  const processing = {
    name: `process ${topic}`,
    kind: SpanKind.CONSUMER,
    attributes: {
      ...origin,
      "messaging.system": "kafka",
      "messaging.operation.type": "process",
      "messaging.operation.name": "process",
    },
    links: [{ context: statement.spanContext() }],
  };
  return {
    statement,
    all: [statement, ...parents.map((parent) => startChild(tracer, { parent, ...processing }))],
  };
}

/** The relay's span, where it made one, else that of the API: both are of the vote's one trace. */
function traceparentOf({ record: { headers }, vote: { traceparent } }: BatchVote): string | undefined {
  const header = headers?.traceparent?.toString();
  return parseTraceparent(header) ? header : traceparent;
}
