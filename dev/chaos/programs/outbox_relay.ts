/** The fault runner's composition root of the outbox relay: the deployed program, with points around what it does. */
import { runProgram } from "../../../shared/lifecycle/run_program.ts";
import { createRelayProgram } from "../../../workers/outbox_relay/program.ts";
import { createRedisOutbox } from "../../../workers/outbox_relay/redis_outbox.ts";
import { createVoteProducer } from "../../../workers/outbox_relay/vote_producer.ts";
import { obeyRunner } from "./obey_runner.ts";
import { createPoints, withPoints } from "./points.ts";

const points = createPoints();
obeyRunner({ points });
await runProgram(createRelayProgram({
  createRedisOutbox: (...args) =>
    withPoints(createRedisOutbox(...args), { points, steps: { trimThrough: "trim" } }),
  createVoteProducer: (...args) =>
    withPoints(createVoteProducer(...args), { points, steps: { send: "produce" } }),
}));
