/** Every bench, in the order in which all of them run. */
import { casBench, queryBench, voteBench } from "./api/bench.ts";
import type { Bench } from "./bench.ts";
import { coldStartBench } from "./cold_start/bench.ts";
import { growthBench } from "./growth/bench.ts";
import { hostileBench } from "./hostile/bench.ts";
import { memoryBench } from "./memory/bench.ts";
import { persisterBench } from "./persister/bench.ts";
import { relayBench } from "./relay/bench.ts";
import { scriptBench } from "./script/bench.ts";
import { viewersBench } from "./viewers/bench.ts";

export const BENCHES: readonly Bench[] = [
  voteBench,
  queryBench,
  casBench,
  hostileBench,
  viewersBench,
  scriptBench,
  relayBench,
  persisterBench,
  coldStartBench,
  memoryBench,
  growthBench,
];
