/**
 * One side of a comparison over HTTP: what wrk brings through it a second. Every vote that wrk counts must lie in the
 * outbox; reads are sampled while wrk runs. An answer that is none fails the bench.
 */
import type { World } from "../../../shared/testing/world.ts";
import type { BenchContext } from "../bench.ts";
import type { Side } from "../interleave.ts";
import { CONNECTIONS, runWrk, type WrkResult } from "../run/wrk.ts";
import { askWhile } from "./ask_while.ts";
import { mainThreadSeconds } from "./main_thread.ts";
import { wrkScript } from "./requests.ts";
import { removeVotes } from "./scene.ts";

const SAMPLE_MS = 250;
const ANSWER_MS_MAX = 10_000;

export interface Target {
  readonly url: string;
  readonly bodies: readonly string[];
}

export function voteSide(world: World, context: BenchContext, target: Target): Side {
  return async () => {
    await removeVotes(world);
    const run = crypto.getRandomValues(new Uint8Array(4)).toHex();
    const { requests, perSecond } = await load(world, context, { ...target, run });
    const counted = await world.redis.redis.xlen(world.keys.outbox);
    // Those under way when wrk hung up are counted, and wrk does not know.
    if (counted < requests || counted > requests + CONNECTIONS) {
      throw new Error(
        `Count the votes of ${target.url}: ${requests} were answered, ${counted} lie in the outbox`,
      );
    }
    return perSecond;
  };
}

export function readSide(
  world: World,
  context: BenchContext,
  { right, ...target }: Target & { right: RegExp },
): Side {
  const { url, bodies: [body = ""] } = target;
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  const ask = async () => {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
    const text = await (await fetch(url, { ...init, signal })).text();
    if (!right.test(text)) throw new Error(`Read from ${url}: got ${text}`);
  };
  return async () => {
    await ask();
    const run = () => load(world, context, { ...target, run: "00000000" });
    return (await askWhile(run, { ask, everyMs: SAMPLE_MS })).perSecond;
  };
}

/** Says how busy Redis was meanwhile: near 100 % it bounds this side, whatever stands in front of it. */
async function load(
  { redis: { redis } }: World,
  { seconds, signal, say }: BenchContext,
  { url, bodies, run }: Target & { run: string },
): Promise<WrkResult> {
  const { pathname } = new URL(url);
  const script = wrkScript(pathname, { bodies, run });
  const [begunAt, busyBefore] = [performance.now(), mainThreadSeconds(await redis.info("cpu"))];
  const result = await runWrk({ url, script, seconds, signal });
  const busySeconds = mainThreadSeconds(await redis.info("cpu")) - busyBefore;
  const busy = 100_000 * busySeconds / (performance.now() - begunAt);
  const busyText = Number.isNaN(busy) ? "" : `, Redis's thread on the processor ${busy.toFixed(0)} %`;
  say(`${pathname}: ${Math.round(result.perSecond)}/s${busyText}`);
  return result;
}
