/**
 * Lets others kill, stop and start the parts that a launcher holds: tests the stores of their run, `deno task part` those
 * of `deno task dev`. `POST /<part>/<act>` answers 204 when the act is finished. It listens on the loopback interface only,
 * for the length of one run.
 */
import { timingSafeEqual } from "node:crypto";
import { LOOPBACK } from "./ports.ts";

const ACTS = ["kill", "stop", "start"] as const;
const TOKEN_SCHEME = "Bearer ";

export type Act = typeof ACTS[number];

/** What can be done to a part; not every part can be stopped in order by itself. */
export type Acts = Partial<Record<Act, () => Promise<void>>>;

export interface ControlServer {
  address: string;
  stop(): Promise<void>;
}

/** With a token, those alone are heard who know it: a stack that lives for days shares its machine, and its browsers. */
export function startControl(
  parts: Readonly<Record<string, Acts>>,
  options: { token?: string } = {},
): ControlServer {
  const server = Deno.serve(
    { hostname: LOOPBACK, port: 0, onListen: () => {} },
    createControlHandler(parts, options),
  );
  return { address: `http://${LOOPBACK}:${server.addr.port}`, stop: () => server.shutdown() };
}

export function createControlHandler(
  parts: Readonly<Record<string, Acts>>,
  { token }: { token?: string } = {},
): (request: Request) => Promise<Response> {
  // One act at a time on a part: a start that overtakes a kill would leave it dead.
  const queues = new Map<string, Promise<unknown>>();
  const known = new Map(Object.entries(parts));
  return async (request) => {
    if (token !== undefined && !isSame(request.headers.get("authorization"), `${TOKEN_SCHEME}${token}`)) {
      return new Response("Show the token of this run\n", { status: 401 });
    }
    const [, part = "", wantedAct] = new URL(request.url).pathname.split("/");
    const act = ACTS.find((name) => name === wantedAct);
    const acts = known.get(part);
    const perform = act && acts?.[act];
    if (!perform) {
      return new Response(`Choose /<${[...known.keys()].join("|")}>/<kill|stop|start>\n`, { status: 404 });
    }
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
    const finished = (queues.get(part) ?? Promise.resolve()).then(() => perform.call(acts));
    queues.set(part, finished.catch(() => {}));
    try {
      await finished;
      return new Response(null, { status: 204 });
    } catch (error) {
      return new Response(`${error instanceof Error ? error.message : error}\n`, { status: 500 });
    }
  };
}

function isSame(given: string | null, wanted: string): boolean {
  const [one, other] = [given ?? "", wanted].map((text) => new TextEncoder().encode(text));
  return one !== undefined && other !== undefined && one.length === other.length &&
    timingSafeEqual(one, other);
}
