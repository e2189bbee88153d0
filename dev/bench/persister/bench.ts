/** The vote persister: how fast it drains Kafka into the ledger, and how soon a lone vote is there. */
import { PARTITIONS_AT_ONCE } from "../../../workers/vote_persister/consumer_life.ts";
import { startSystem } from "../../system/system.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { interleave } from "../interleave.ts";
import { median } from "../../../client/load/median.ts";
import { insertAll } from "./bare_side.ts";
import { makeVotes } from "./electorate.ts";
import { idleLags } from "./idle_lag.ts";
import { persistAll } from "./persister_side.ts";

/** About what is stored in a second: each side works on the same rows, so how long it runs is not exact. */
const VOTES_A_SECOND = 30_000;
const LONE_VOTES = 25;

export const persisterBench: Bench = {
  name: "persister",
  title: "The vote persister from Kafka to rows, against the same rows in a bare insert",
  async run(context) {
    return [...await throughput(context), ...await lag(context)];
  },
};

async function throughput({ createWorld, rounds, seconds, signal, say }: BenchContext): Promise<Figure[]> {
  await using world = await createWorld();
  const kafka = await world.kafka();
  const pool = await world.postgres();
  const votes = makeVotes(Math.max(1000, Math.round(VOTES_A_SECOND * seconds)));
  say(`persister: ${votes.length} votes a side and round`);
  const { persister, bare, bareAtOnce } = await interleave({
    persister: () => persistAll({ world, kafka, pool, votes }),
    bare: () => insertAll({ pool, votes, connections: 1 }),
    bareAtOnce: () => insertAll({ pool, votes, connections: PARTITIONS_AT_ONCE }),
  }, { rounds, signal });
  const figure = { what: "persister alone, Kafka to committed rows", unit: "votes/s", samples: persister };
  return [
    {
      ...figure,
      limit: { what: "bare insert over one connection", samples: bare },
      wanted: { atLeast: 0.5 },
    },
    {
      ...figure,
      limit: { what: `bare insert over ${PARTITIONS_AT_ONCE} connections`, samples: bareAtOnce },
    },
    { what: "persister alone", unit: "votes/s", samples: persister, wanted: { atLeast: 20_000 } },
  ];
}

async function lag({ createWorld, rounds, signal, say }: BenchContext): Promise<Figure[]> {
  await using world = await createWorld();
  const pool = await world.postgres();
  const { clients: [client] } = await startSystem(world);
  if (!client) throw new Error("Measure the idle lag: no API");
  say("persister: lone votes through every program");
  const samples: number[] = [];
  const worst: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const lags = await idleLags({ client, pool, count: LONE_VOTES, signal });
    samples.push(median(lags));
    worst.push(Math.max(...lags));
  }
  return [
    { what: "idle lag, answer to row, median", unit: "ms", samples, wanted: { atMost: 50 } },
    { what: "idle lag, answer to row, worst", unit: "ms", samples: worst },
  ];
}
