/**
 * What the network lets through is what the programs' permissions let through: a program reaches every address that it
 * may connect to and no other pod, and a store is reached by those that need it and by nobody else.
 */
import { type ManifestObject, ofKind } from "../manifest_object.ts";
import {
  appliesTo,
  deniesByDefault,
  hasPeer,
  hasPort,
  type NetworkRule,
  networkRules,
} from "../network_rule.ts";
import type { Check, PolicyContext } from "../policy.ts";
import { type Address, programContainers } from "../program_container.ts";
import { isSolver, type PodGroup, podGroups, resolve, type Target } from "../reachable_pods.ts";

const DNS_PORT = 53;

interface Caller {
  readonly pods: PodGroup;
  readonly targets: readonly Target[];
  readonly unresolved: readonly Address[];
  /** Ports of those in other namespaces, or outside of the cluster, that it speaks to. */
  readonly outsidePorts: readonly number[];
  /** Anybody may come to these: votes. */
  readonly openPorts: readonly number[];
  /** Whoever gathers metrics may come to these. */
  readonly opsPorts: readonly number[];
}

export const checkNetwork: Check = (objects, context) => {
  const rules = networkRules(objects);
  const callers = callersOf(objects, context);
  const isScraped = ofKind(objects, "PodMonitor").length > 0;
  const missing = ofKind(objects, "NetworkPolicy").some(deniesByDefault)
    ? []
    : ["no NetworkPolicy denies what none allows"];
  return [
    ...missing,
    ...callers.flatMap(({ pods, unresolved }) =>
      unresolved.map(({ host, port }) => `${pods.id}: connects to ${host}:${port}, where nothing answers`)
    ),
    ...callers.flatMap((caller) => closedProblems(caller, rules)),
    ...callers.flatMap((caller) => doorProblems(caller, { rules, isScraped })),
    ...callers.flatMap((caller) => egressProblems(caller, rules)),
    ...podGroups(objects).flatMap((pods) =>
      ingressProblems(pods, { rules, callers, groups: podGroups(objects) })
    ),
  ];
};

function callersOf(objects: readonly ManifestObject[], context: PolicyContext): Caller[] {
  const groups = podGroups(objects);
  const programs = programContainers(objects, context).flatMap(
    ({ workload, program, spec, listens, connects, collector, keyServer }): Caller[] => {
      const pods = groups.find(({ id }) => id === workload.id);
      if (!pods) return [];
      const found = connects.map((address) => ({ address, target: resolve(address, objects) }));
      const apiPorts = program === "api"
        ? pods.ports.filter(({ name }) => name === "http").map(({ number }) => number)
        : [];
      return [{
        pods,
        outsidePorts: [collector, keyServer].flatMap((address) => address ? [address.port] : []),
        targets: found.map(({ target }) => target).filter((target) => target !== undefined),
        unresolved: found.filter(({ target }) => !target).map(({ address }) => address),
        openPorts: apiPorts,
        opsPorts: spec?.isService ? listens.filter((port) => !apiPorts.includes(port)) : [],
      }];
    },
  );
  return [...programs, ...groups.filter(isSolver).map(solverCaller)];
}

/** Whoever signs a certificate comes by way of the Ingress. */
function solverCaller(pods: PodGroup): Caller {
  const openPorts = pods.ports.map(({ number }) => number);
  return { pods, targets: [], unresolved: [], outsidePorts: [], openPorts, opsPorts: [] };
}

/** What a program needs and is not let through to. */
function closedProblems({ pods, targets, outsidePorts }: Caller, rules: readonly NetworkRule[]): string[] {
  const egress = rules.filter((rule) => rule.direction === "Egress" && appliesTo(rule, pods));
  return [
    ...[DNS_PORT, ...outsidePorts].filter((port) => !egress.some((rule) => isOutside(rule, port))).map((
      port,
    ) => `${pods.id}: is not let out of its namespace to port ${port}`),
    ...targets.flatMap((target) => {
      const name = `${target.pods.id} at ${target.port}`;
      const isLetOut = egress.some((rule) => hasPeer(rule, target.pods) && hasPort(rule, target));
      const isLetIn = rules.some((rule) =>
        rule.direction === "Ingress" && appliesTo(rule, target.pods) && hasPeer(rule, pods) &&
        hasPort(rule, target)
      );
      return [
        ...(isLetOut ? [] : [`${pods.id}: is not let out to ${name}`]),
        ...(isLetIn ? [] : [`${pods.id}: is not let in to ${name}`]),
      ];
    }),
  ];
}

/** Votes, and metrics where somebody gathers them, that the network keeps out. */
function doorProblems(
  { pods, openPorts, opsPorts }: Caller,
  { rules, isScraped }: { rules: readonly NetworkRule[]; isScraped: boolean },
): string[] {
  return [...openPorts, ...isScraped ? opsPorts : []].filter((port) =>
    !rules.some((rule) =>
      rule.direction === "Ingress" && appliesTo(rule, pods) && hasPort(rule, { pods, port })
    )
  ).map((port) => `${pods.id}: nobody is let in to its port ${port}`);
}

/** What a program is let out to and does not need. */
function egressProblems({ pods, targets, outsidePorts }: Caller, rules: readonly NetworkRule[]): string[] {
  return rules.filter((rule) => rule.direction === "Egress" && appliesTo(rule, pods))
    .filter((rule) => ![DNS_PORT, ...outsidePorts].some((port) => isOutside(rule, port)))
    .filter((rule) =>
      rule.peers.length === 0 || rule.ports.length === 0 ||
      !rule.peers.every((peer) => targets.some(({ pods }) => hasPeer({ ...rule, peers: [peer] }, pods))) ||
      !rule.ports.every((port) => targets.some((target) => hasPort({ ...rule, ports: [port] }, target)))
    ).map((rule) => `${pods.id}: ${rule.id} lets it out to more than it connects to`);
}

/** Leads to other namespaces or out of the cluster, and there to this port alone. */
function isOutside({ peers, ports }: NetworkRule, wanted: number): boolean {
  return peers.length > 0 &&
    peers.every(({ namespaceSelector, ipBlock }) =>
      namespaceSelector !== undefined || ipBlock !== undefined
    ) &&
    ports.length > 0 && ports.every(({ port }) => port === wanted);
}

/** Whom pods are reached by and do not serve. */
function ingressProblems(
  pods: PodGroup,
  { rules, callers, groups }: {
    rules: readonly NetworkRule[];
    callers: readonly Caller[];
    groups: readonly PodGroup[];
  },
): string[] {
  const self = callers.find((caller) => caller.pods.id === pods.id);
  return rules.filter((rule) => rule.direction === "Ingress" && appliesTo(rule, pods)).flatMap((rule) => {
    if (rule.ports.length === 0) return [`${pods.id}: ${rule.id} lets in to every port`];
    const ports = pods.ports.map(({ number }) => number).filter((port) => hasPort(rule, { pods, port }));
    if (ports.length === 0) return [`${pods.id}: ${rule.id} names a port that it does not have`];
    const outside = rule.peers.length === 0 ||
      rule.peers.some(({ podSelector }) => podSelector === undefined);
    const mayOutside = [...self?.openPorts ?? [], ...rule.peers.length > 0 ? self?.opsPorts ?? [] : []];
    // An operator comes to its own pods from another namespace.
    if (outside && pods.isOperated && rule.peers.length > 0) return [];
    if (outside) {
      return ports.every((port) => mayOutside.includes(port))
        ? []
        : [`${pods.id}: ${rule.id} lets in whom these manifests do not know to ${ports.join(", ")}`];
    }
    const strangers = groups.filter((group) =>
      hasPeer(rule, group) && !(pods.isOperated && group.id === pods.id)
    );
    return strangers.filter((group) =>
      !callers.some((caller) =>
        caller.pods.id === group.id &&
        caller.targets.some((target) => target.pods.id === pods.id && ports.includes(target.port))
      )
    ).map((group) => `${pods.id}: ${rule.id} lets in ${group.id}, which never connects to it`);
  });
}
