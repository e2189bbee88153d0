/**
 * A TCP proxy between a program and a store, to make the network fail at a chosen moment: refuse, cut, delay, hold, swallow,
 * or lead to another process.
 */
import { changeWeather, createWeather, pump, type Weather } from "./tcp_pump.ts";

/** As the client sees it: it sends requests and gets answers. */
export type ProxyDirection = "requests" | "answers" | "both";

/** Over all connections that ever were. */
export interface ProxyCounters {
  /** Connections that were led on to the store. */
  connections: number;
  /** Connections turned away while cut. */
  refused: number;
  /** Connections that the proxy ended, by `cut` or because they had missed an answer. */
  cut: number;
  /** Delivered, not merely read. */
  requestBytes: number;
  answerBytes: number;
  answersSwallowedBytes: number;
  /** In both directions: kept back for the whole delay. */
  delayedBytes: number;
}

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection and refuses new ones until `restore`. */
  cut(): void;
  /** Ends all that `cut`, `swallowAnswers`, `delay` and `hold` began. */
  restore(): void;
  /** From now on the store's answers are read and thrown away, while requests still pass. */
  swallowAnswers(): void;
  /** Answers pass again. A connection that missed one is cut: it would take each later answer for the one before. */
  endSwallowing(): void;
  /** Bytes arrive this much later, in their order. 0 ends it, for those on their way as well. */
  delay(delayMs: number, direction?: ProxyDirection): void;
  /** Nothing arrives and nothing is cut, as when packets are lost, until `restore`. */
  hold(direction?: ProxyDirection): void;
  /** New connections are led to this port; those that are open stay where they are. */
  retarget(port: number): void;
  counters(): ProxyCounters;
  /** Connections made so far. */
  readonly connectionCount: number;
}

/** What all connections of a proxy share. */
interface Road {
  hostname: string;
  port: number;
  readonly requests: Weather;
  readonly answers: Weather;
  readonly lines: Set<Line>;
  readonly counters: ProxyCounters;
}

/** One connection of a client, led on to the store. */
interface Line {
  close(): void;
  missedAnswer: boolean;
}

export function createTcpProxy({ hostname, port }: { hostname: string; port: number }): TcpProxy {
  const road: Road = {
    ...{ hostname, port, requests: createWeather(), answers: createWeather(), lines: new Set() },
    counters: {
      ...{ connections: 0, refused: 0, cut: 0 },
      ...{ requestBytes: 0, answerBytes: 0, answersSwallowedBytes: 0, delayedBytes: 0 },
    },
  };
  const { requests, answers, counters } = road;
  const gate = listen(road);
  const change = (direction: ProxyDirection, weather: Partial<Weather>) => {
    if (direction !== "answers") changeWeather(requests, weather);
    if (direction !== "requests") changeWeather(answers, weather);
  };
  const endSwallowing = () => {
    cutLines(road, (line) => line.missedAnswer);
    changeWeather(answers, { swallowing: false });
  };
  return {
    port: gate.port,
    cut() {
      gate.refusing = true;
      cutLines(road);
    },
    restore() {
      gate.refusing = false;
      endSwallowing();
      change("both", { held: false, delayMs: 0 });
    },
    swallowAnswers: () => changeWeather(answers, { swallowing: true }),
    endSwallowing,
    delay: (delayMs, direction = "both") => change(direction, { delayMs }),
    hold: (direction = "both") => change(direction, { held: true }),
    retarget: (port) => void (road.port = port),
    counters: () => ({ ...counters }),
    get connectionCount() {
      return counters.connections;
    },
    [Symbol.asyncDispose]: () => gate.close(),
  };
}

/** Leads on whoever connects, unless it is refusing. */
function listen(road: Road): { readonly port: number; refusing: boolean; close(): Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const leading = new Set<Promise<void>>();

  async function accept(): Promise<void> {
    for await (const client of listener) {
      if (gate.refusing) {
        road.counters.refused += 1;
        client.close();
        continue;
      }
      road.counters.connections += 1;
      const ended: Promise<void> = leadOn(client, road).finally(() => leading.delete(ended));
      leading.add(ended);
    }
  }

  const gate = {
    port: listener.addr.port,
    refusing: false,
    async close() {
      listener.close();
      cutLines(road);
      await accepting;
      await Promise.all(leading);
    },
  };
  const accepting = accept();
  return gate;
}

async function leadOn(client: Deno.TcpConn, road: Road): Promise<void> {
  const { counters, lines } = road;
  const ended = new AbortController();
  const sides = [client];
  const line: Line = {
    missedAnswer: false,
    close() {
      if (!lines.delete(line)) return;
      ended.abort();
      for (const side of sides) side.close();
    },
  };
  lines.add(line);
  const onDelayed = (bytes: number) => void (counters.delayedBytes += bytes);
  try {
    const server = await Deno.connect({ hostname: road.hostname, port: road.port });
    // Cut while it was being made.
    if (ended.signal.aborted) return server.close();
    sides.push(server);
    for (const side of sides) side.setNoDelay();
    const there = pump({
      ...{ from: client, to: server, weather: road.requests, cut: ended.signal, onDelayed },
      onPassed: (bytes) => counters.requestBytes += bytes,
      onSwallowed: () => {},
    });
    const back = pump({
      ...{ from: server, to: client, weather: road.answers, cut: ended.signal, onDelayed },
      onPassed: (bytes) => counters.answerBytes += bytes,
      onSwallowed: (bytes) => {
        counters.answersSwallowedBytes += bytes;
        line.missedAnswer = true;
      },
    });
    await Promise.all([there.finally(line.close), back.finally(line.close)]);
  } catch {
    // Nobody listens there, or the client has gone again.
  } finally {
    line.close();
  }
}

function cutLines({ lines, counters }: Road, which: (line: Line) => boolean = () => true): void {
  for (const line of [...lines].filter(which)) {
    counters.cut += 1;
    line.close();
  }
}
