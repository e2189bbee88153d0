/** Network policies as single rules: who of them is spoken of, with whom they may speak, at which ports. */
import { type ManifestObject, nameOf, ofKind } from "./manifest_object.ts";
import { type LabelSelector, matches } from "./pod.ts";
import type { PodGroup, Target } from "./reachable_pods.ts";

export interface NetworkRule {
  /** `NetworkPolicy/to-redis`. */
  readonly id: string;
  readonly direction: "Ingress" | "Egress";
  readonly pods: LabelSelector;
  /** Empty: with anybody. */
  readonly peers: readonly Peer[];
  /** Empty: at any port. */
  readonly ports: readonly {
    readonly port?: string | number;
    readonly protocol?: string;
    readonly endPort?: number;
  }[];
}

export interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: unknown;
}

interface RuleSpec {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: NetworkRule["ports"];
}

interface PolicySpec {
  readonly podSelector?: LabelSelector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly RuleSpec[];
  readonly egress?: readonly RuleSpec[];
}

export function networkRules(objects: readonly ManifestObject[]): NetworkRule[] {
  return [
    ...ofKind(objects, "NetworkPolicy").flatMap(policyRules),
    ...ofKind(objects, "Kafka").flatMap(listenerRules),
  ];
}

function policyRules(policy: ManifestObject): NetworkRule[] {
  const { podSelector = {}, ingress = [], egress = [] } = (policy.spec ?? {}) as PolicySpec;
  const rule = (direction: "Ingress" | "Egress", { from, to, ports = [] }: RuleSpec): NetworkRule => ({
    ...{ id: nameOf(policy), direction, pods: podSelector, ports },
    peers: (direction === "Ingress" ? from : to) ?? [],
  });
  return [
    ...ingress.map((spec) => rule("Ingress", spec)),
    ...egress.map((spec) => rule("Egress", spec)),
  ];
}

interface KafkaSpec {
  readonly kafka?: {
    readonly listeners?: readonly { readonly port?: number; readonly networkPolicyPeers?: readonly Peer[] }[];
  };
}

/** Strimzi makes a NetworkPolicy of whom each listener names. */
function listenerRules(kafka: ManifestObject): NetworkRule[] {
  const { listeners = [] } = ((kafka.spec ?? {}) as KafkaSpec).kafka ?? {};
  return listeners.map(({ port = 0, networkPolicyPeers = [] }) => ({
    id: nameOf(kafka),
    direction: "Ingress",
    pods: { matchLabels: { "strimzi.io/cluster": kafka.metadata.name } },
    peers: networkPolicyPeers,
    ports: [{ port }],
  }));
}

/** Whether a policy keeps every pod from everything that no other policy allows. */
export function deniesByDefault({ spec }: ManifestObject): boolean {
  const { podSelector = {}, policyTypes = [], ingress = [], egress = [] } = (spec ?? {}) as PolicySpec;
  const isForAll =
    Object.keys(podSelector.matchLabels ?? {}).length + (podSelector.matchExpressions ?? []).length === 0;
  const isBoth = policyTypes.includes("Ingress") && policyTypes.includes("Egress");
  return isForAll && isBoth && ingress.length + egress.length === 0;
}

export function appliesTo({ pods }: NetworkRule, { labels }: PodGroup): boolean {
  return matches(pods, labels);
}

/** Whether a rule speaks of these pods as the other side; everything here lies in one namespace. */
export function hasPeer({ peers }: NetworkRule, { labels }: PodGroup): boolean {
  return peers.length === 0 ||
    peers.some(({ podSelector, namespaceSelector, ipBlock }) =>
      podSelector !== undefined && namespaceSelector === undefined && ipBlock === undefined &&
      matches(podSelector, labels)
    );
}

/** Whether a rule speaks of this port, which belongs to the pods that are asked. */
export function hasPort({ ports }: NetworkRule, { pods, port }: Target): boolean {
  return ports.length === 0 ||
    ports.some(({ port: wanted, protocol = "TCP" }) =>
      protocol === "TCP" &&
      (wanted === port || pods.ports.some(({ name, number }) => name === wanted && number === port))
    );
}
