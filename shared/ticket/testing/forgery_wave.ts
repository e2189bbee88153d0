/** A wave of forged tickets against a verifier, genuine ones among them, many at the same time. */
import { createForger, type Forgery } from "./forger.ts";
import { type Draw, pick } from "./forgery_random.ts";
import type { ForgeryScene } from "./forgery_scene.ts";

export interface WaveReport {
  /** Forged tickets tried, by class. */
  readonly tried: ReadonlyMap<string, number>;
  /** Forged tickets that passed; a few of them, for the test to show. */
  readonly accepted: readonly Forgery[];
  readonly acceptedCount: number;
  readonly genuineTried: number;
  readonly genuineRefused: number;
}

export interface WaveOptions {
  readonly scene: ForgeryScene;
  readonly draw: Draw;
  readonly forged: number;
  /** Whether a text passes for a ticket. */
  readonly passes: (text: string) => Promise<boolean>;
}

const BATCH = 256;
/** Genuine tickets in each batch, at drawn places: each meets forgeries that are under way at the same moment. */
const GENUINE_PER_BATCH = 3;
const SHOWN_MAX = 20;

export async function runForgeryWave({ scene, draw, forged, passes }: WaveOptions): Promise<WaveReport> {
  const forge = createForger(scene, draw);
  const tried = new Map<string, number>();
  const accepted: Forgery[] = [];
  let [acceptedCount, genuineTried, genuineRefused] = [0, 0, 0];

  async function tryForgery(forgery: Forgery): Promise<void> {
    tried.set(forgery.className, (tried.get(forgery.className) ?? 0) + 1);
    if (!await passes(forgery.text)) return;
    acceptedCount += 1;
    if (accepted.length < SHOWN_MAX) accepted.push(forgery);
  }
  async function tryGenuine(text: string): Promise<void> {
    genuineTried += 1;
    if (!await passes(text)) genuineRefused += 1;
  }

  for (let left = forged; left > 0; left -= BATCH) {
    const places = new Set(Array.from({ length: GENUINE_PER_BATCH }, () => draw(BATCH)));
    const batch: Promise<void>[] = [];
    for (let place = 0; place < Math.min(BATCH, left); place++) {
      if (places.has(place)) batch.push(tryGenuine(pick(draw, scene.genuine).text));
      batch.push(tryForgery(forge()));
    }
    await Promise.all(batch);
  }
  return { tried, accepted, acceptedCount, genuineTried, genuineRefused };
}
