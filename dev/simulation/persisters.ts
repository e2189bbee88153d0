/** The persisters: the project's own code for one batch, over a simulated ledger and Kafka. */
import type { EachBatchPayload } from "kafkajs";
import { consumeBatch, type ConsumeBatchOptions } from "../../workers/vote_persister/consume_batch.ts";
import type { VoteStore } from "../../workers/vote_persister/vote_store.ts";
import { type Actor, BLOCKED, type Life } from "./actor.ts";
import { POISONED_VOTER } from "./garbage.ts";
import { createKafkaLink, createPostgresLink, type KafkaLink, type PostgresLink } from "./links.ts";
import { createLog, Gone, gone, PARTITIONS, type World } from "./world.ts";

const BATCH_MAX = 4;
/** Nobody could store that: the code of a value out of range. */
const REFUSED_CODE = "22003";

class RefusedForContent extends Error {
  override readonly name = "RefusedForContent";
  readonly code = REFUSED_CODE;
}

interface Desk {
  readonly world: World;
  readonly kafka: KafkaLink;
  readonly postgres: PostgresLink;
  /** Where it will read on, by partition. */
  readonly positions: Map<number, number>;
  readonly options: ConsumeBatchOptions;
  readonly signal: BriefSignal;
}

/** Aborted only for as long as a pause lasts, so that each ends at once and no time passes. */
class BriefSignal extends EventTarget {
  aborted = false;
  readonly reason = "no time passes here";
}

export function beginPersister(world: World, { actor, own }: { actor: Actor; own: number }): Life {
  const desk = createDesk(world, actor);
  return { run: () => persist(desk, own) };
}

/** One batch: usually of its own partition, now and then, as a zombie, of the other's. */
async function persist(
  { world, kafka, postgres, positions, options, signal }: Desk,
  own: number,
): Promise<void> {
  const { random } = world;
  signal.aborted = false;
  if (postgres.wasCut() || positions.size === 0) await options.seekToStored(PARTITIONS);
  const partition = random.chance(0.8) || world.isEnding ? own : 1 - own;
  const from = positions.get(partition) ?? 0;
  const first = random.chance(0.1) ? Math.max(0, from - random.int(0, 3)) : from;
  const countMax = random.int(1, BATCH_MAX);
  const values = await kafka.call(() =>
    world.kafka.partitions[partition]?.slice(first, first + countMax) ?? []
  );
  if (values.length === 0) return;
  if (first < from) world.count("records delivered again");
  const messages = values.map((value, index) => ({ offset: String(first + index), key: null, value }));
  const losesAfter = random.chance(0.03) ? random.int(0, 2) : Infinity;
  let heartbeats = 0;
  const payload = {
    batch: { topic: "votes", partition, messages },
    resolveOffset: (offset: string) => void positions.set(partition, Number(offset) + 1),
    heartbeat() {
      signal.aborted = false;
      heartbeats += 1;
      return random.chance(0.01) ? Promise.reject(gone("Reach Kafka: expelled")) : Promise.resolve();
    },
    isRunning: () => heartbeats <= losesAfter,
    isStale: () => false,
  };
  await consumeBatch(options, payload as unknown as EachBatchPayload);
}

function createDesk(world: World, actor: Actor): Desk {
  const kafka = createKafkaLink(world, actor);
  const postgres = createPostgresLink(world, actor);
  const positions = new Map<number, number>();
  const stored = new Map<number, bigint>();
  const signal = new BriefSignal();
  const options: ConsumeBatchOptions = {
    store: createSimulatedStore(world, postgres),
    bury: (address, records) =>
      kafka.call(() => {
        for (const { record } of records) world.kafka.buried.add(`${address.partition}/${record.offset}`);
      }),
    metrics: {
      ...{ stored() {}, buried() {}, versionClashed() {}, wentBack() {} },
      ...{ statementDone() {}, statementFailed() {}, lagged() {}, behind() {} },
    },
    log: createLog(world, {
      who: actor.name,
      onEvent(event, error) {
        if (event === "version_clashed") world.problems.push("one version under two vote ids");
        if (event === "batch_failed" && !(error instanceof Gone)) {
          world.problems.push(`a batch was not stored: ${error}`);
        }
        if (event === "batch_failed" || event === "batch_ahead_of_ledger") signal.aborted = true;
      },
    }),
    signal: signal as unknown as AbortSignal,
    clusterId: "cluster",
    consumer: {
      commitOffsets: (offsets) =>
        kafka.call(() => {
          for (const { partition, offset } of offsets) {
            world.kafka.committed[partition] = Math.max(
              world.kafka.committed[partition] ?? 0,
              Number(offset),
            );
          }
        }),
    },
    stored,
    async seekToStored(partitions) {
      signal.aborted = false;
      const offsets = await postgres.call((ledger) =>
        partitions.map((partition) =>
          world.broken === "offsets_in_kafka"
            ? world.kafka.committed[partition] ?? 0
            : ledger.nextOffset(partition)
        )
      );
      partitions.forEach((partition, index) => positions.set(partition, offsets[index] ?? 0));
    },
  };
  return { world, kafka, postgres, positions, options, signal };
}

function createSimulatedStore(world: World, link: PostgresLink): VoteStore {
  const { postgres, broken } = world;
  const isShut = () => postgres.shardLock !== undefined && broken !== "no_epoch_lock";
  return {
    async storeVotes({ address, batch }) {
      if (broken === "move_before_store") {
        await link.call((ledger) =>
          void ledger.consumed.set(
            address.partition,
            Math.max(ledger.nextOffset(address.partition), Number(batch.nextOffset)),
          )
        );
      }
      return await link.call((ledger) => {
        if (isShut()) {
          world.count("persister waited for a guard");
          return BLOCKED;
        }
        if (batch.votes.some(({ vote }) => vote.voter === POISONED_VOTER)) {
          throw new RefusedForContent("value out of range");
        }
        return ledger.storeVotes({ partition: address.partition, batch });
      });
    },
    storeContestedVote: (vote) =>
      link.call((ledger) => {
        if (isShut()) return BLOCKED;
        const outcome = ledger.storeContestedVote(vote);
        world.count(`contested vote: ${outcome.kind}`);
        return outcome;
      }),
  };
}
