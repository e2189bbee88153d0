/** The thread that watches, for as long as the bench runs. */
import type { CrowdOrder, CrowdReport } from "./crowd_order.ts";

export interface Crowd extends Disposable {
  /** Resolves when everybody has seen some frames. */
  gather(order: { port: number; viewers: number; document: string }): Promise<void>;
  counted(): Promise<{ frames: number; ended: number }>;
  leave(): Promise<void>;
}

export function startCrowd(): Crowd {
  const worker = new Worker(new URL("./crowd.ts", import.meta.url), { type: "module" });
  /** One at a time. */
  function ask(order: CrowdOrder): Promise<CrowdReport> {
    const { promise, resolve, reject } = Promise.withResolvers<CrowdReport>();
    worker.onmessage = ({ data }: MessageEvent<CrowdReport>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Watch the leaderboard: ${event.message}`));
    };
    worker.postMessage(order);
    return promise;
  }
  return {
    async gather(order) {
      await ask({ kind: "gather", ...order });
    },
    async counted() {
      const report = await ask({ kind: "count" });
      if (report.kind !== "counted") throw new Error(`Count frames: got "${report.kind}"`);
      return report;
    },
    async leave() {
      await ask({ kind: "leave" });
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}
