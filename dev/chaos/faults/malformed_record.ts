/** A record that is no vote, so that a persister has something to bury. */
import { Partitioners } from "kafkajs";
import { withinDeadline } from "../../../shared/lifecycle/deadline.ts";
import type { Arena } from "../run/arena.ts";

const SEND_MS_MAX = 30_000;
const LEAVE_MS_MAX = 10_000;

export async function sendMalformedRecord({ kafka, topic }: Arena): Promise<void> {
  const producer = kafka().producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await withinDeadline(async () => {
      await producer.connect();
      await producer.send({ topic, acks: -1, messages: [{ key: null, value: "not a vote" }] });
    }, { ms: SEND_MS_MAX, what: "Send a record that is no vote" });
  } finally {
    await withinDeadline(() => producer.disconnect(), { ms: LEAVE_MS_MAX, what: "Leave Kafka" });
  }
}
