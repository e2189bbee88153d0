/**
 * The network between the programs and one store, as the runner can make it fail: one proxy per client, so that a single
 * program can be cut off, and all of a store's proxies as one.
 */
import type { ProxyCounters, TcpProxy } from "../../../shared/testing/tcp_proxy.ts";

/** What can be done to one client's way to a store, or to all clients' at once. */
export type ChaosProxy = Omit<TcpProxy, "port" | "connectionCount" | typeof Symbol.asyncDispose>;

/** Does to each what is done to all, and adds up what they counted. */
export function createProxyGroup(proxies: readonly ChaosProxy[]): ChaosProxy {
  const toAll = (act: (proxy: ChaosProxy) => void) => () => proxies.forEach(act);
  return {
    cut: toAll((proxy) => proxy.cut()),
    restore: toAll((proxy) => proxy.restore()),
    swallowAnswers: toAll((proxy) => proxy.swallowAnswers()),
    endSwallowing: toAll((proxy) => proxy.endSwallowing()),
    delay: (delayMs, direction) => proxies.forEach((proxy) => proxy.delay(delayMs, direction)),
    hold: (direction) => proxies.forEach((proxy) => proxy.hold(direction)),
    retarget: (port) => proxies.forEach((proxy) => proxy.retarget(port)),
    counters: () => proxies.map((proxy) => proxy.counters()).reduce(add),
  };
}

function add(one: ProxyCounters, other: ProxyCounters): ProxyCounters {
  return {
    connections: one.connections + other.connections,
    refused: one.refused + other.refused,
    cut: one.cut + other.cut,
    requestBytes: one.requestBytes + other.requestBytes,
    answerBytes: one.answerBytes + other.answerBytes,
    answersSwallowedBytes: one.answersSwallowedBytes + other.answersSwallowedBytes,
    delayedBytes: one.delayedBytes + other.delayedBytes,
  };
}
