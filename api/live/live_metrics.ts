/** What an operator can watch of live results. */
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * Why a stream was refused. `full`: as many watch as may; `address`: as many from this address; `documents`: too many
 * different documents are being watched; `stopping`: the process is about to end.
 */
export type LiveRefusal = "full" | "address" | "documents" | "stopping";

export interface LiveMetrics {
  viewersChanged(count: number): void;
  stateRead(): void;
  frameWritten(): void;
  viewerCut(): void;
  streamRefused(reason: LiveRefusal): void;
}

const REFUSALS: readonly LiveRefusal[] = ["full", "address", "documents", "stopping"];

/** Where there is nobody to tell, as at the edge. */
export const UNWATCHED_LIVE: LiveMetrics = {
  viewersChanged() {},
  stateRead() {},
  frameWritten() {},
  viewerCut() {},
  streamRefused() {},
};

export function createLiveMetrics(registry: Registry): LiveMetrics {
  const registers = [registry];
  const viewers = new Gauge({
    name: "cast_live_viewers",
    help: "Open streams of live results",
    registers,
  });
  const frames = new Counter({
    name: "cast_live_frames_total",
    help: "Frames written to the streams of live results, each to one viewer",
    registers,
  });
  const reads = new Counter({
    name: "cast_live_reads_total",
    help: "Reads of Redis for live results: at most four a second, however many watch",
    registers,
  });
  const refused = new Counter({
    name: "cast_live_refused_total",
    help: "Streams that were refused, by reason: full, address, documents or stopping",
    labelNames: ["reason"],
    registers,
  });
  const cut = new Counter({
    name: "cast_live_cut_total",
    help: "Streams that were cut off because their client read nothing for too long",
    registers,
  });
  for (const reason of REFUSALS) refused.inc({ reason }, 0);
  return {
    viewersChanged: (count) => viewers.set(count),
    stateRead: () => reads.inc(),
    frameWritten: () => frames.inc(),
    viewerCut: () => cut.inc(),
    streamRefused: (reason) => refused.inc({ reason }),
  };
}
