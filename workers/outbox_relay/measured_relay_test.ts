import { assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import { measureLease, measureProducer } from "./measured_relay.ts";
import { createRelayMetrics } from "./metrics.ts";

function lab() {
  const registry = new Registry();
  let length: number | undefined = 5;
  const metrics = createRelayMetrics(registry, {
    readOutbox: () => Promise.resolve(length === undefined ? undefined : { length, headAgeMs: 1500 }),
  });
  const valueOf = async (line: string) => {
    const lines = (await registry.metrics()).split("\n");
    return lines.find((each) => each.startsWith(`${line} `))?.slice(line.length + 1);
  };
  return { metrics, valueOf, outbox: (next: number | undefined) => void (length = next) };
}

Deno.test("measureProducer() counts what Kafka has acknowledged, and what it has not", async () => {
  const { metrics, valueOf } = lab();
  let isAway = false;
  const producer = measureProducer({
    prepare: () => Promise.resolve(),
    send: () => isAway ? Promise.reject(new Error("away")) : Promise.resolve(),
    isReady: () => true,
    close: () => Promise.resolve(),
  }, metrics);
  await producer.send([{ value: "a" }, { value: "b" }]);
  isAway = true;
  assertEquals(await producer.send([{ value: "c" }]).catch(({ message }) => message), "away");
  assertEquals(await valueOf("cast_votes_relayed_total"), "2");
  assertEquals(await valueOf("cast_kafka_send_failures_total"), "1");
  assertEquals(await valueOf("cast_kafka_send_duration_seconds_count"), "1");
  assertEquals(await valueOf('cast_relay_batch_votes_bucket{le="1"}'), "0");
  assertEquals(await valueOf('cast_relay_batch_votes_bucket{le="5"}'), "1");
});

Deno.test("measureLease() shows whether the relay is the one at work, and that it is not when it stops", async () => {
  const { metrics, valueOf } = lab();
  const answers = [true, false, true];
  const lease = measureLease({
    hold: () => Promise.resolve(answers.shift() ?? false),
    release: () => Promise.resolve(),
  }, metrics);
  const shown: (string | undefined)[] = [];
  for (let ask = 0; ask < 3; ask++) {
    await lease.hold();
    shown.push(await valueOf("cast_relay_lease_held"));
  }
  await lease.release();
  assertEquals([...shown, await valueOf("cast_relay_lease_held")], ["1", "0", "1", "0"]);
});

Deno.test("the figures of the outbox are no number where Redis does not say: 0 would say that nothing waits", async () => {
  const { valueOf, outbox } = lab();
  const shown =
    async () => [await valueOf("cast_outbox_votes"), await valueOf("cast_outbox_head_age_seconds")];
  assertEquals(await shown(), ["5", "1.5"]);
  outbox(undefined);
  assertEquals(await shown(), ["Nan", "Nan"]);
});
