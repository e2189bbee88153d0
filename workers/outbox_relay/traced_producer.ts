/**
 * The spans of sending votes to Kafka, by the conventions for messaging: each traced vote has one in its own trace, which
 * Kafka carries on in the record's header, and the batch has one that is linked to them.
 */
import { type Span, SpanKind } from "@opentelemetry/api";
import type { Message } from "kafkajs";
import { duringSpans, sampledParents, startChild } from "../../shared/trace/remote_parents.ts";
import { formatTraceparent } from "../../shared/trace/traceparent.ts";
import { findTracer } from "../../shared/trace/tracing.ts";
import type { VoteProducer } from "./vote_producer.ts";

/** Returns the producer itself where nothing is traced. */
export function traceProducer(producer: VoteProducer, topic: string): VoteProducer {
  const tracer = findTracer();
  if (!tracer) return producer;
  const destination = { "messaging.system": "kafka", "messaging.destination.name": topic };
  const creating = {
    name: `create ${topic}`,
    kind: SpanKind.PRODUCER,
    attributes: {
      ...destination,
      "messaging.operation.type": "create",
      "messaging.operation.name": "create",
    },
  };
  const sending = { ...destination, "messaging.operation.type": "send", "messaging.operation.name": "send" };

  return {
    ...producer,
    async send(messages) {
      const parents = sampledParents(messages.map(traceparentOf));
      if (parents.size === 0) return await producer.send(messages);
      const created = new Map<number, Span>();
      for (const [index, parent] of parents) created.set(index, startChild(tracer, { parent, ...creating }));
      const spans = [...created.values()];
      const batch = tracer.startSpan(`send ${topic}`, {
        kind: SpanKind.CLIENT,
        root: true,
        attributes: { ...sending, "messaging.batch.message_count": messages.length },
        links: spans.map((span) => ({ context: span.spanContext() })),
      });
      const carrying = messages.map((message, index) => carry(message, created.get(index)));
      await duringSpans([batch, ...spans], () => producer.send(carrying));
    },
  };
}

function traceparentOf({ headers }: Message): string | undefined {
  return typeof headers?.traceparent === "string" ? headers.traceparent : undefined;
}

function carry(message: Message, span: Span | undefined): Message {
  if (!span) return message;
  return { ...message, headers: { ...message.headers, traceparent: formatTraceparent(span.spanContext()) } };
}
