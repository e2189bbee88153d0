/** The thread that attacks, for as long as the bench runs. */
import type { AttackOrder, AttackReport } from "./attack_order.ts";

export interface AttackerThread extends Disposable {
  /** One at a time. */
  attack(order: AttackOrder): Promise<AttackReport>;
}

export function startAttacker(): AttackerThread {
  const worker = new Worker(new URL("./attacker.ts", import.meta.url), { type: "module" });
  return {
    attack(order) {
      const { promise, resolve, reject } = Promise.withResolvers<AttackReport>();
      worker.onmessage = ({ data }: MessageEvent<AttackReport>) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`Attack the API: ${event.message}`));
      };
      worker.postMessage(order);
      return promise;
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}
