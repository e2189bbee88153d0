/** Networks that keep a program from its store, or let through what nobody needs; and what is shown to the world. */
import type { BrokenManifest } from "./broken_manifest.ts";

const POD_LABELS = "spec template metadata labels";

export const BROKEN_NETWORK: readonly BrokenManifest[] = [
  {
    fault: "a program that may not reach its store",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{ object: "Deployment/outbox-relay", remove: `${POD_LABELS} cast/needs-kafka` }],
  },
  {
    fault: "a program that may reach a store that it does not use",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ object: "Deployment/api", at: `${POD_LABELS} cast/needs-postgres`, to: "true" }],
  },
  {
    fault: "a way out to the wrong port",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{ object: "NetworkPolicy/to-redis", at: "spec egress 0 ports 0 port", to: 6380 }],
  },
  {
    fault: "a way out to one port more",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{ object: "NetworkPolicy/to-redis", at: "spec egress 0 ports +", to: { port: 16379 } }],
  },
  {
    fault: "a way out to the whole world",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{
      object: "NetworkPolicy/to-kafka",
      at: "spec egress 0 to",
      to: [{ ipBlock: { cidr: "0.0.0.0/0" } }],
    }],
  },
  {
    fault: "a way out to every port of a store",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ object: "NetworkPolicy/to-postgres", remove: "spec egress 0 ports" }],
  },
  {
    fault: "a network where all may talk to all",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ leaveOut: "NetworkPolicy/default-deny" }],
  },
  {
    fault: "a default that denies one direction only",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{ object: "NetworkPolicy/default-deny", at: "spec policyTypes", to: ["Ingress"] }],
  },
  {
    fault: "a store that lets in everybody",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{ object: "NetworkPolicy/redis", remove: "spec ingress 0 from" }],
  },
  {
    fault: "a store that lets in a program that never asks it",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{
      object: "NetworkPolicy/postgres",
      at: "spec ingress 0 from +",
      to: { podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } } },
    }],
  },
  {
    fault: "a store that lets in nobody",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ leaveOut: "NetworkPolicy/redis" }],
  },
  {
    fault: "metrics for everybody",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ object: "NetworkPolicy/metrics", remove: "spec ingress 0 from" }],
  },
  {
    fault: "a broker's address at which nobody answers",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{
      object: "ConfigMap/settings",
      at: "data CAST_KAFKA_BROKERS",
      to: (brokers: string) => brokers.replaceAll("cast-kafka-brokers", "kafka-brokers"),
    }],
  },
  {
    fault: "a broker's address at a port that is closed",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{ object: "ConfigMap/settings", at: "data CAST_KAFKA_BROKERS", to: "kafka:9094" }],
  },
  {
    fault: "a Service that selects nothing",
    overlay: "local",
    refusedBy: ["selectors"],
    edits: [{ object: "Service/api", at: "spec selector", to: { "app.kubernetes.io/name": "cast-api" } }],
  },
  {
    fault: "a Service that selects the pods of everybody",
    overlay: "production",
    refusedBy: ["selectors", "ports"],
    edits: [{ object: "Service/api", at: "spec selector", to: { "app.kubernetes.io/part-of": "cast" } }],
  },
  {
    fault: "a Deployment that takes others' pods for its own",
    overlay: "local",
    refusedBy: ["selectors"],
    edits: [{
      object: "Deployment/api",
      at: "spec selector matchLabels",
      to: { "app.kubernetes.io/component": "program" },
    }],
  },
  {
    fault: "a NetworkPolicy that selects nothing",
    overlay: "production",
    refusedBy: ["selectors", "network"],
    edits: [{ object: "NetworkPolicy/api", at: "spec podSelector matchLabels", to: { app: "api" } }],
  },
  {
    fault: "a StatefulSet without its Service",
    overlay: "local",
    refusedBy: ["selectors"],
    edits: [{ object: "StatefulSet/redis", at: "spec serviceName", to: "redis-headless" }],
  },
  {
    fault: "another node port than the one that is told",
    overlay: "local",
    refusedBy: ["exposure"],
    edits: [{ object: "Service/api", at: "spec ports http nodePort", to: 30001 }],
  },
  {
    fault: "a store that is seen from outside",
    overlay: "local",
    refusedBy: ["exposure"],
    edits: [{ object: "Service/redis", at: "spec type", to: "LoadBalancer" }],
  },
  {
    fault: "the operations port behind a Service",
    overlay: "production",
    refusedBy: ["exposure"],
    edits: [{ object: "Service/api", at: "spec ports http targetPort", to: "ops" }],
  },
  {
    fault: "an Ingress that changes paths",
    overlay: "production",
    refusedBy: ["exposure"],
    edits: [{
      object: "Ingress/api",
      at: "metadata annotations nginx.ingress.kubernetes.io/rewrite-target",
      to: "/",
    }],
  },
  {
    fault: "an Ingress without a certificate",
    overlay: "production",
    refusedBy: ["exposure"],
    edits: [{ object: "Ingress/api", remove: "spec tls" }],
  },
  {
    fault: "an Ingress past the API",
    overlay: "production",
    refusedBy: ["exposure"],
    edits: [
      {
        object: "Ingress/api",
        at: "spec rules 0 http paths 0 backend service",
        to: { name: "redis", port: { name: "redis" } },
      },
    ],
  },
  {
    fault: "an Ingress that leads to votes and not to the page",
    overlay: "production",
    refusedBy: ["exposure"],
    edits: [{ object: "Ingress/api", remove: "spec rules 0 http paths 1" }],
  },
  {
    fault: "metrics that the network keeps in",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ leaveOut: "NetworkPolicy/metrics" }],
  },
  {
    fault: "metrics of a port that is not there",
    overlay: "production",
    refusedBy: ["monitoring"],
    edits: [{ object: "PodMonitor/cast", at: "spec podMetricsEndpoints 0 port", to: "metrics" }],
  },
  {
    fault: "metrics at a path that is not served",
    overlay: "production",
    refusedBy: ["monitoring"],
    edits: [{ object: "PodMonitor/cast", at: "spec podMetricsEndpoints 0 path", to: "/prometheus" }],
  },
  {
    fault: "metrics of one program alone",
    overlay: "production",
    refusedBy: ["monitoring"],
    edits: [{ object: "PodMonitor/cast", at: "spec selector matchLabels app.kubernetes.io/name", to: "api" }],
  },
  {
    fault: "a network without names",
    overlay: "local",
    refusedBy: ["network"],
    edits: [{ leaveOut: "NetworkPolicy/dns" }],
  },
  {
    fault: "a collector of traces that the network keeps away",
    overlay: "production+tracing",
    refusedBy: ["network"],
    edits: [{ leaveOut: "NetworkPolicy/to-collector" }],
  },
  {
    fault: "a collector of traces at another port than the network lets through",
    overlay: "production+tracing",
    refusedBy: ["network"],
    edits: [{
      object: "ConfigMap/tracing",
      at: "data OTEL_EXPORTER_OTLP_ENDPOINT",
      to: (url: string) => url.replace("4318", "4317"),
    }],
  },
  {
    fault: "a key server that the network keeps away",
    overlay: "production+voter-tokens-url",
    refusedBy: ["network"],
    edits: [{ leaveOut: "NetworkPolicy/to-key-server" }],
  },
  {
    fault: "a way to the key server, and to other ports of the world",
    overlay: "production+voter-tokens-url",
    refusedBy: ["network"],
    edits: [{ object: "NetworkPolicy/to-key-server", at: "spec egress 0 ports +", to: { port: 80 } }],
  },
  {
    fault: "a way out to a key server that is not asked",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{
      add: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: {
          name: "to-key-server",
          namespace: "cast",
          labels: { "app.kubernetes.io/part-of": "cast" },
        },
        spec: {
          podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
          policyTypes: ["Egress"],
          egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] }],
        },
      },
    }],
  },
  {
    fault: "a certificate that is never signed, since nobody is let in to prove whose host it is",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ leaveOut: "NetworkPolicy/http01-solver" }],
  },
  {
    fault: "a Kafka that lets in nobody who needs it",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{
      object: "Kafka/cast",
      at: "spec kafka listeners tls networkPolicyPeers 0 podSelector matchLabels",
      to: { "cast/needs-queue": "true" },
    }],
  },
  {
    fault: "a Kafka that lets in everybody",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{ object: "Kafka/cast", remove: "spec kafka listeners tls networkPolicyPeers" }],
  },
  {
    fault: "a ledger that lets in the API",
    overlay: "production",
    refusedBy: ["network"],
    edits: [{
      object: "NetworkPolicy/cloudnative-pg",
      at: "spec ingress 0 from 0 podSelector matchLabels",
      to: { "app.kubernetes.io/component": "program" },
    }],
  },
];
