/** A worker dies at a point that its common work reaches, a few records later. */
import { crashAt } from "../faults/crash_point.ts";
import type { Fault } from "../faults/fault.ts";
import type { PointName } from "../programs/point_names.ts";

const SKIP_MAX = 3;

export function crashOutboxRelay(point: PointName): Fault {
  return crashAt({ program: "outbox_relay", point, skipMax: SKIP_MAX });
}

export function crashVotePersister(point: PointName): Fault {
  return crashAt({ program: "vote_persister", point, skipMax: SKIP_MAX });
}
