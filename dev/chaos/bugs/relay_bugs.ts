/** Bugs on the way from Redis to Kafka. */
import type { Bug } from "./bug.ts";
import { crashOutboxRelay } from "./crash_scenes.ts";
import { loseAcknowledgements } from "./relay_scenes.ts";

const trimBeforeAcknowledge: Bug = {
  name: "trim_before_acknowledge",
  about: "the relay trims the outbox before Kafka has acknowledged",
  edits: [{
    file: "workers/outbox_relay/relay.ts",
    find: "    const sent = send(entries.map(toMessage));\n",
    replace: "    await outbox.trimThrough(id);\n    const sent = send(entries.map(toMessage));\n",
  }],
  caughtBy: ["lost"],
  scenario: { faults: [crashOutboxRelay("before_produce")], rounds: 2 },
};

const idempotentProducer: Bug = {
  name: "idempotent_producer",
  about: "kafkajs's idempotent producer with several sends in flight",
  edits: [
    {
      file: "workers/outbox_relay/vote_producer.ts",
      find: "      idempotent: false,\n",
      replace: "      idempotent: true,\n",
    },
    {
      file: "workers/outbox_relay/vote_producer.ts",
      find: "await withinDeadline(() => current.send(batch), {",
      // One record a send: then a record whose acknowledgement was lost and the next of its partition look alike.
      replace: `const slices = batch.messages.map((message) => ({ ...batch, messages: [message] }));
        await withinDeadline(() => Promise.all(slices.map((slice) => current.send(slice))), {`,
    },
  ],
  caughtBy: ["lost"],
  scenario: { faults: [loseAcknowledgements], rounds: 3, perSecond: 30 },
};

export const RELAY_BUGS: readonly Bug[] = [trimBeforeAcknowledge, idempotentProducer];
