/**
 * Lets tests kill, stop and start the stores that the test launcher holds: `POST /<store>/<act>` answers 204 when the act
 * is finished. It listens on the loopback interface only, for the length of one test run.
 */
import { LOOPBACK } from "./ports.ts";
import { STORE_NAMES, type StoreControl, type StoreName } from "./store.ts";

const ACTS = ["kill", "stop", "start"] as const;

export interface ControlServer {
  address: string;
  stop(): Promise<void>;
}

export function startControl(control: Record<StoreName, StoreControl>): ControlServer {
  const server = Deno.serve(
    { hostname: LOOPBACK, port: 0, onListen: () => {} },
    createControlHandler(control),
  );
  return { address: `http://${LOOPBACK}:${server.addr.port}`, stop: () => server.shutdown() };
}

export function createControlHandler(
  control: Record<StoreName, StoreControl>,
): (request: Request) => Promise<Response> {
  // One act at a time on a store: a start that overtakes a kill would leave it dead.
  const queues = new Map<StoreName, Promise<unknown>>();
  return async (request) => {
    const [, wantedStore, wantedAct] = new URL(request.url).pathname.split("/");
    const store = STORE_NAMES.find((name) => name === wantedStore);
    const act = ACTS.find((name) => name === wantedAct);
    if (!store || !act) {
      return new Response("Choose /<redis|kafka|postgres>/<kill|stop|start>\n", { status: 404 });
    }
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
    const finished = (queues.get(store) ?? Promise.resolve()).then(() => control[store][act]());
    queues.set(store, finished.catch(() => {}));
    try {
      await finished;
      return new Response(null, { status: 204 });
    } catch (error) {
      return new Response(`${error instanceof Error ? error.message : error}\n`, { status: 500 });
    }
  };
}
