/** What the fault runner and a program say to each other: one JSON object a line, over the program's own pipes. */
import type { PointName } from "./point_names.ts";

/** To the program, on standard input. */
export type ControlLine =
  /** Die by SIGKILL when the point is reached next, having let it pass `skip` times. */
  | { readonly do: "crash"; readonly point: PointName; readonly skip?: number }
  /** Whoever reaches the point waits there until it is released. */
  | { readonly do: "hold"; readonly point: PointName }
  /** Takes back a hold or a crash that was not reached, and lets those go on who wait. */
  | { readonly do: "release"; readonly point: PointName }
  /** From now on the program's wall clock is this much ahead of the machine's. */
  | { readonly do: "clock"; readonly offsetMs: number };

/** From the program, among its log lines. */
export interface PointHit {
  readonly event: "point_hit";
  readonly point: PointName;
  readonly how: "crash" | "hold";
  /** How many records, votes or names the step is about, where that can be told. */
  readonly size?: number;
}
