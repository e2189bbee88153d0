import { assertEquals } from "@std/assert";
import type { Consumer } from "kafkajs";
import { watchConsumerLag } from "./consumer_lag.ts";

const TOPIC = "cast.votes";
const EVENTS = {
  GROUP_JOIN: "join",
  START_BATCH_PROCESS: "start",
  END_BATCH_PROCESS: "end",
} as unknown as Consumer["events"];

function watched() {
  const listeners = new Map<string, (event: { payload: unknown }) => void>();
  let records = -1;
  const consumer = {
    events: EVENTS,
    on: (event: string, listener: (event: { payload: unknown }) => void) => {
      listeners.set(event, listener);
      return () => {};
    },
  } as unknown as Consumer;
  watchConsumerLag(consumer, { topic: TOPIC, metrics: { behind: (count) => void (records = count) } });
  return {
    tell: (event: string, payload: unknown) => listeners.get(event)?.({ payload }),
    behind: () => records,
  };
}

Deno.test("watchConsumerLag() counts a batch as behind until it is stored, over all partitions of its own", () => {
  const { tell, behind } = watched();
  tell("join", { memberAssignment: { [TOPIC]: [0, 1] } });
  assertEquals(behind(), 0);
  tell("start", { partition: 0, offsetLag: "100", batchSize: 50 });
  tell("start", { partition: 1, offsetLag: "0", batchSize: 7 });
  assertEquals(behind(), 157);
  tell("end", { partition: 0, offsetLag: "100", batchSize: 50 });
  assertEquals(behind(), 107);
  tell("end", { partition: 1, offsetLag: "0", batchSize: 7 });
  assertEquals(behind(), 100);
});

Deno.test("watchConsumerLag() forgets partitions that are another's now", () => {
  const { tell, behind } = watched();
  tell("join", { memberAssignment: { [TOPIC]: [0, 1] } });
  tell("end", { partition: 0, offsetLag: "100" });
  tell("end", { partition: 1, offsetLag: "5" });
  tell("join", { memberAssignment: { [TOPIC]: [1] } });
  assertEquals(behind(), 5);
  tell("join", { memberAssignment: {} });
  assertEquals(behind(), 0);
});
