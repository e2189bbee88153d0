/** The fault runner's composition root of the vote persister: the deployed program, with points around what it does. */
import type { Kafka } from "kafkajs";
import { createKafkaClient } from "../../../shared/kafka/client.ts";
import { runProgram } from "../../../shared/lifecycle/run_program.ts";
import { createGuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { createGuardLock, type GuardLock } from "../../../workers/vote_persister/guard/lock.ts";
import type { GuardLedger } from "../../../workers/vote_persister/guard/ledger.ts";
import { createPersisterProgram } from "../../../workers/vote_persister/program.ts";
import { createVoteStore, type VoteStore } from "../../../workers/vote_persister/vote_store.ts";
import { obeyRunner } from "./obey_runner.ts";
import { createPoints, withPoints } from "./points.ts";
import { say } from "./say.ts";

const points = createPoints();
obeyRunner({ points });
await runProgram(createPersisterProgram({
  createVoteStore: (...args) =>
    withPoints(sayingRedeliveries(createVoteStore(...args)), {
      points,
      steps: { storeVotes: "store" },
    }),
  createGuardScripts: (...args) =>
    withPoints(createGuardScripts(...args), {
      points,
      steps: { claim: "claim", loadTally: "load", open: "open", carry: "carry" },
    }),
  createGuardLock: (...args) => lockWithPoints(createGuardLock(...args)),
  createKafkaClient: (options) => kafkaWithPoints(createKafkaClient(options)),
}));

/** Votes that were there already: what a crash between acknowledgement and note has brought twice. */
function sayingRedeliveries(store: VoteStore): VoteStore {
  return {
    ...store,
    async storeVotes(stored) {
      const outcome = await store.storeVotes(stored);
      const count = stored.batch.votes.length - outcome.insertedCount - outcome.contested.length;
      if (outcome.gateOpen && count > 0) say({ event: "votes_redelivered", count });
      return outcome;
    },
  };
}

function lockWithPoints(lock: GuardLock): GuardLock {
  let plain: GuardLedger | undefined;
  let wrapped: GuardLedger | undefined;
  return {
    ...lock,
    async acquire() {
      const ledger = await lock.acquire();
      if (ledger !== plain) [plain, wrapped] = [ledger, ledger && ledgerWithPoints(ledger)];
      return wrapped;
    },
  };
}

function ledgerWithPoints(ledger: GuardLedger): GuardLedger {
  return withPoints(ledger, {
    points,
    steps: {
      // What the wait for Kafka asks, and nobody else.
      readStored: "drain",
      transact: "transaction",
      sealKept: "seal",
      sealRestored: "seal",
      beginEpoch: "begin",
      markCarried: "mark",
    },
  });
}

/** The persister's one producer sends dead letters, and its one consumer votes. */
function kafkaWithPoints(kafka: Kafka): Kafka {
  return Object.assign(Object.create(kafka) as Kafka, {
    consumer: (...args: Parameters<Kafka["consumer"]>) =>
      withPoints(kafka.consumer(...args), { points, steps: { commitOffsets: "offset_commit" } }),
    producer: (...args: Parameters<Kafka["producer"]>) =>
      withPoints(kafka.producer(...args), { points, steps: { send: "bury" } }),
  });
}
