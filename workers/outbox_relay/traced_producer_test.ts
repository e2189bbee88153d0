import { assert } from "@std/assert";
import { traceProducer } from "./traced_producer.ts";
import type { VoteProducer } from "./vote_producer.ts";

Deno.test("traceProducer() leaves the producer as it is where Deno does not trace", () => {
  const producer: VoteProducer = {
    prepare: () => Promise.resolve(),
    send: () => Promise.resolve(),
    isReady: () => true,
    close: () => Promise.resolve(),
  };
  assert(traceProducer(producer, "votes") === producer);
});
