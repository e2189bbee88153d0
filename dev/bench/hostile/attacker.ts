/**
 * Sends the hostile corpus over and over at a rate, from a thread of its own: what it costs to send and to read must not
 * show in the honest votes' answers, which another thread waits for.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Attack, attack, prepareAttacks, wrongIn } from "../../../api/hardening/testing/attack.ts";
import { quickCorpus } from "../../../api/hardening/testing/corpus/corpus.ts";
import { pace } from "../../../client/load/pace.ts";
import type { AttackOrder, AttackReport } from "./attack_order.ts";

const BEAT_MS = 5;
/** Steps through the corpus so that what is alike does not come in a row; has no divisor in common with its length. */
const STRIDE = 101;

/** Made with the first order, in the round that warms up: some are megabytes. */
let prepared: readonly Attack[] | undefined;

async function carryOut({ port, ticket, perSecond, seconds }: AttackOrder): Promise<AttackReport> {
  const attacks = prepared ??= prepareAttacks(quickCorpus, ticket);
  const wrong: string[] = [];
  const underWay: Promise<void>[] = [];
  const sendOne = async (n: number) => {
    const one = attacks[(n * STRIDE) % attacks.length];
    if (!one) return;
    const problem = wrongIn(await attack(port, one), one.entry);
    if (problem !== undefined) wrong.push(`${one.entry.name}: ${problem}`);
  };
  const sent = await pace({
    perSecond,
    total: perSecond * seconds,
    nowMs: () => performance.now(),
    beat: () => pause(BEAT_MS),
    send: (n) => void underWay.push(sendOne(n).catch((error) => void wrong.push(String(error)))),
    signal: new AbortController().signal,
  });
  await Promise.all(underWay);
  return { sent, wrong };
}

self.addEventListener("message", async ({ data }: MessageEvent<AttackOrder>) => {
  self.postMessage(await carryOut(data));
});
