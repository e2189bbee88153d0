/** Deals forged tickets: every class that we could think of, by turns. */
import { MAC_CLASSES } from "./forgery_macs.ts";
import { CLAIM_CLASSES } from "./forgery_claims.ts";
import { ENCODING_CLASSES } from "./forgery_encodings.ts";
import { TEXT_CLASSES } from "./forgery_texts.ts";
import type { Draw } from "./forgery_random.ts";
import type { ForgeryScene } from "./forgery_scene.ts";

/** Draws until the text is none of the scene's genuine tickets: a mutation may happen to change nothing. */
const DRAWS_MAX = 1000;

/** More room for a sweep over every position and value, and for classes of many kinds; a mac check costs the most. */
const WEIGHTS: Readonly<Record<string, number>> = {
  byte_replaced: 12,
  number_alias: 3,
  unicode: 3,
  whitespace: 2,
  concatenated: 2,
  overlong: 2,
};

const CLASSES = { ...TEXT_CLASSES, ...ENCODING_CLASSES, ...CLAIM_CLASSES, ...MAC_CLASSES };

export interface Forgery {
  readonly className: string;
  readonly text: string;
}

/** Deals forgeries, the classes mixed by weight; each class counts its own on, so that sweeps leave nothing out. */
export function createForger(scene: ForgeryScene, draw: Draw): () => Forgery {
  const schedule = Object.keys(CLASSES).flatMap((name) => Array<string>(WEIGHTS[name] ?? 1).fill(name));
  const made = new Map<string, number>();
  let dealt = 0;
  return () => {
    const className = schedule[dealt++ % schedule.length] as keyof typeof CLASSES;
    for (let tries = 0; tries < DRAWS_MAX; tries++) {
      const index = made.get(className) ?? 0;
      made.set(className, index + 1);
      const text = CLASSES[className]({ scene, draw, index });
      if (!scene.isGenuine(text)) return { className, text };
    }
    throw new Error(`Forge a ticket: "${className}" changed nothing ${DRAWS_MAX} times`);
  };
}
