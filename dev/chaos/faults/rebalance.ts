/** Another member joins the persisters' group and leaves again: partitions change hands twice, in the middle of batches. */
import { withinDeadline } from "../../../shared/lifecycle/deadline.ts";
import type { Arena } from "../run/arena.ts";
import { anyOf, type Fault } from "./fault.ts";

const JOIN_MS_MAX = 20_000;
const LEAVE_MS_MAX = 20_000;

export const REBALANCE: Fault = {
  name: "rebalance",
  about: "a stranger joins the persisters' group and leaves again",
  async inject(arena, random) {
    const joined = arena.untilSeen("partitions_assigned", JOIN_MS_MAX);
    const stranger = await joinGroup(arena);
    try {
      await joined;
      await arena.wait(random.between(500, 3000));
    } finally {
      await stranger.leave();
    }
    return anyOf("partitions_assigned");
  },
};

async function joinGroup({ kafka, topic }: Arena): Promise<{ leave(): Promise<void> }> {
  const client = kafka();
  // As the persisters' own: members of one group must agree on the protocol.
  const consumer = client.consumer({ groupId: `${topic}.vote_persister`, sessionTimeout: 10_000 });
  const leave = () =>
    withinDeadline(() => consumer.disconnect(), { ms: LEAVE_MS_MAX, what: "Leave the persisters' group" });
  const join = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    // Whatever it is given is left as it is: offsets live in Postgres, and this one writes none.
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: ({ pause }) => Promise.resolve(void pause()),
    });
  };
  try {
    await withinDeadline(join, { ms: JOIN_MS_MAX, what: "Join the persisters' group" });
    return { leave };
  } catch (error) {
    await leave().catch(() => {});
    throw error;
  }
}
