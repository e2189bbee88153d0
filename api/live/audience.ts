/** Everybody who watches: who is let in, what each is brought, and who has left. */
import type { LiveState } from "../../shared/redis/live_script.ts";
import type { Subscription } from "./channel.ts";
import { createChannels, type SharedChannel } from "./channels.ts";
import type { Clock } from "./clock.ts";
import type { LiveMetrics, LiveRefusal } from "./live_metrics.ts";
import { createPlaces } from "./places.ts";
import { createViewer, type Viewer } from "./viewer.ts";

/** Executing a document takes about as long as writing so many chunks. */
const EXECUTION_WRITES = 10;

export interface Watching {
  readonly viewer: Viewer;
  readonly channel: SharedChannel;
}

export interface Audience {
  admit(subscription: Subscription, address: string | undefined): Watching | LiveRefusal;
  /** Of this moment. */
  everybody(): readonly Watching[];
  /** Brings one of them what a state shows, unless they have left. Returns what that cost, in writes. */
  visit(one: Watching, state: LiveState | undefined): number;
  /** Ends every stream. */
  dismiss(): void;
}

export interface AudienceOptions {
  readonly viewersMax: number;
  readonly perAddressMax: number;
  readonly clock: Pick<Clock, "nowMs">;
  readonly metrics: LiveMetrics;
}

export function createAudience(
  { viewersMax, perAddressMax, clock, metrics }: AudienceOptions,
): Audience {
  const places = createPlaces({ max: viewersMax, perAddressMax });
  const channels = createChannels();
  const watching = new Map<Watching, string | undefined>();

  function forget(one: Watching): void {
    const address = watching.get(one);
    if (!watching.delete(one)) return;
    places.giveBack(address);
    one.channel.leave();
    metrics.viewersChanged(watching.size);
  }

  return {
    admit(subscription, address) {
      const refusal = places.take(address);
      if (refusal) return refusal;
      const channel = channels.join(subscription, address);
      if (!channel) {
        places.giveBack(address);
        return "documents";
      }
      const viewer = createViewer({ nowMs: clock.nowMs(), onGone: () => forget(one) });
      const one: Watching = { viewer, channel };
      watching.set(one, address);
      metrics.viewersChanged(watching.size);
      return one;
    },
    everybody: () => [...watching.keys()],
    visit(one, state) {
      if (!watching.has(one)) return 0;
      const { chunk, executed } = one.channel.refresh(state);
      const came = one.viewer.visit(chunk, clock.nowMs());
      if (came === "wrote") metrics.frameWritten();
      if (came === "cut") {
        metrics.viewerCut();
        forget(one);
      }
      return (came === "idle" ? 0 : 1) + (executed ? EXECUTION_WRITES : 0);
    },
    dismiss() {
      for (const one of [...watching.keys()]) {
        one.viewer.close();
        forget(one);
      }
    },
  };
}
