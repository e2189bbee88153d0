/** Listens to the fault runner on standard input, and ends with it: a program never outlives its runner. */
import { TextLineStream } from "../../system/text_lines.ts";
import type { ControlLine } from "./control_line.ts";
import type { MovableClock } from "./movable_clock.ts";
import type { Points } from "./points.ts";
import { say } from "./say.ts";

export interface Obedient {
  readonly clock?: MovableClock;
  readonly points?: Points;
}

/** Returns at once; what is told is done as it comes. */
export function obeyRunner(told: Obedient): void {
  listen(told).then(() => Deno.kill(Deno.pid, "SIGKILL"));
}

async function listen({ clock, points }: Obedient): Promise<void> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const text of lines) {
    const line = JSON.parse(text) as ControlLine;
    if (line.do === "clock") {
      clock?.moveTo(line.offsetMs);
      say({ event: "clock_moved", nowMs: Date.now() });
    } else points?.obey(line);
  }
}
