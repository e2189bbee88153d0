/** Programs that would not start, not be reached, not be asked the right thing, or be killed at work. */
import type { BrokenManifest } from "./broken_manifest.ts";

const API = "Deployment/api";
const SETTINGS = "ConfigMap/settings";
const POD = "spec template spec";
const PROGRAM = `${POD} containers program`;

export const BROKEN_PROGRAMS: readonly BrokenManifest[] = [
  {
    fault: "a misspelt setting of one program",
    overlay: "local",
    refusedBy: ["environment"],
    edits: [{ object: API, at: `${PROGRAM} env +`, to: { name: "CAST_VOTES_COUNT_MAX", value: "5" } }],
  },
  {
    fault: "a setting of another program",
    overlay: "production",
    refusedBy: ["environment"],
    edits: [{ object: API, at: `${PROGRAM} env +`, to: { name: "CAST_TICKET_USES", value: "5" } }],
  },
  {
    fault: "a misspelt setting for all programs",
    overlay: "production",
    refusedBy: ["environment"],
    edits: [{ object: SETTINGS, at: "data CAST_TICKET_LIFETIME", to: "2000" }],
  },
  {
    fault: "a required setting left out",
    overlay: "local",
    refusedBy: ["environment"],
    edits: [{ object: API, remove: `${PROGRAM} env CAST_TICKET_KEYS_FILE` }],
  },
  {
    fault: "a value with a unit",
    overlay: "local",
    refusedBy: ["environment"],
    edits: [{ object: SETTINGS, at: "data CAST_TICKET_LIFETIME_MS", to: "2s" }],
  },
  {
    fault: "tickets that die before the next one opens",
    overlay: "production",
    refusedBy: ["environment"],
    edits: [{ object: SETTINGS, at: "data CAST_TICKET_LIFETIME_MS", to: "500" }],
  },
  {
    fault: "a secret in the environment",
    overlay: "local",
    refusedBy: ["environment"],
    edits: [
      { object: API, remove: `${PROGRAM} env CAST_REDIS_URL_FILE` },
      {
        object: API,
        at: `${PROGRAM} env +`,
        to: { name: "CAST_REDIS_URL", value: "redis://u:p@redis:6379" },
      },
    ],
  },
  {
    fault: "a secret's file that is not mounted",
    overlay: "local",
    refusedBy: ["environment"],
    edits: [{ object: API, at: `${PROGRAM} env CAST_TICKET_KEYS_FILE value`, to: "/secrets/ticket-keys" }],
  },
  {
    fault: "a certificate's file that is not mounted",
    overlay: "production",
    refusedBy: ["environment"],
    edits: [{
      object: "Deployment/outbox-relay",
      at: `${PROGRAM} env CAST_REDIS_CA_FILE value`,
      to: "/etc/ssl/ca.crt",
    }],
  },
  {
    fault: "a login without TLS that would show the password",
    overlay: "production",
    refusedBy: ["environment"],
    edits: [
      { object: SETTINGS, at: "data CAST_KAFKA_SASL", to: "plain" },
      { object: SETTINGS, at: "data CAST_KAFKA_TLS", to: "off" },
      { object: SETTINGS, remove: "data CAST_KAFKA_CA_FILE" },
    ],
  },
  {
    fault: "an argument that starts nothing",
    overlay: "local",
    // Nobody connects to the stores under that name, nor does anybody count the votes.
    refusedBy: ["environment", "network", "replicas"],
    edits: [{ object: API, at: `${PROGRAM} args`, to: ["graphql"] }],
  },
  {
    fault: "a container port on which nobody listens",
    overlay: "local",
    refusedBy: ["ports"],
    edits: [{ object: API, at: `${PROGRAM} ports http containerPort`, to: 8001 }],
  },
  {
    fault: "a Service that leads to a port that is not there",
    overlay: "production",
    refusedBy: ["ports"],
    edits: [{ object: "Service/api", at: "spec ports http targetPort", to: "web" }],
  },
  {
    fault: "an Ingress that leads to a port that the Service lacks",
    overlay: "production",
    refusedBy: ["ports"],
    edits: [{
      object: "Ingress/api",
      at: "spec rules 0 http paths 0 backend service port name",
      to: "https",
    }],
  },
  {
    fault: "an operations port that only the settings know",
    overlay: "local",
    refusedBy: ["ports", "network"],
    edits: [{ object: SETTINGS, at: "data CAST_OPS_PORT", to: "9090" }],
  },
  {
    fault: "a probe at a port that is not there",
    overlay: "local",
    refusedBy: ["ports"],
    edits: [{ object: API, at: `${PROGRAM} readinessProbe httpGet port`, to: "health" }],
  },
  {
    fault: "a liveness that asks the stores",
    overlay: "production",
    refusedBy: ["probes"],
    edits: [{ object: API, at: `${PROGRAM} livenessProbe httpGet path`, to: "/readyz" }],
  },
  {
    fault: "a readiness at a path that is not served",
    overlay: "local",
    refusedBy: ["probes"],
    edits: [{
      object: "Deployment/vote-persister",
      at: `${PROGRAM} readinessProbe httpGet path`,
      to: "/ready",
    }],
  },
  {
    fault: "a program that is not given the time to start",
    overlay: "local",
    refusedBy: ["probes"],
    edits: [{ object: "Deployment/ticket-rotator", remove: `${PROGRAM} startupProbe` }],
  },
  {
    fault: "a store that is asked nothing",
    overlay: "production",
    refusedBy: ["probes"],
    edits: [{ object: "StatefulSet/redis", remove: `${POD} containers redis livenessProbe` }],
  },
  {
    fault: "a program that is killed while it stops",
    overlay: "local",
    refusedBy: ["stop time"],
    edits: [{ object: "Deployment/vote-persister", at: `${POD} terminationGracePeriodSeconds`, to: 8 }],
  },
  {
    fault: "a drain that is longer than the grace period allows",
    overlay: "production",
    refusedBy: ["stop time"],
    edits: [{ object: SETTINGS, at: "data CAST_API_DRAIN_MS", to: "15000" }],
  },
  {
    fault: "a collector of traces that is waited for longer than the grace period allows",
    overlay: "production+tracing",
    refusedBy: ["stop time"],
    edits: [{ object: "ConfigMap/tracing", at: "data OTEL_EXPORTER_OTLP_TIMEOUT", to: "10000" }],
  },
  {
    fault: "a misspelt name of the tracing",
    overlay: "production+tracing",
    refusedBy: ["environment"],
    edits: [{ object: "ConfigMap/tracing", at: "data OTEL_TRACE_SAMPLER", to: "always_on" }],
  },
  {
    fault: "a store that is killed while it flushes",
    overlay: "local",
    refusedBy: ["stop time"],
    edits: [{ object: "StatefulSet/postgres", at: `${POD} terminationGracePeriodSeconds`, to: 5 }],
  },
  {
    fault: "an API of one copy",
    overlay: "local",
    refusedBy: ["replicas"],
    edits: [{ object: API, at: "spec replicas", to: 1 }],
  },
  {
    fault: "a persister that is scaled down to one copy",
    overlay: "production",
    refusedBy: ["replicas"],
    edits: [{ object: "HorizontalPodAutoscaler/vote-persister", at: "spec minReplicas", to: 1 }],
  },
  {
    fault: "no ticket rotator",
    overlay: "local",
    refusedBy: ["replicas"],
    edits: [{ leaveOut: "Deployment/ticket-rotator" }, { leaveOut: "PodDisruptionBudget/ticket-rotator" }],
  },
  {
    fault: "a scaler whose target says itself how many it is",
    overlay: "production",
    refusedBy: ["autoscaling"],
    edits: [{ object: API, at: "spec replicas", to: 3 }],
  },
  {
    fault: "a scaler of what is not there",
    overlay: "production",
    refusedBy: ["autoscaling", "replicas"],
    edits: [{ object: "HorizontalPodAutoscaler/api", at: "spec scaleTargetRef name", to: "graphql" }],
  },
  {
    fault: "more persisters than partitions",
    overlay: "production",
    refusedBy: ["autoscaling"],
    edits: [{ object: "HorizontalPodAutoscaler/vote-persister", at: "spec maxReplicas", to: 24 }],
  },
  {
    fault: "a scaler whose bounds leave no room",
    overlay: "production",
    refusedBy: ["autoscaling"],
    edits: [{ object: "HorizontalPodAutoscaler/api", at: "spec maxReplicas", to: 3 }],
  },
  {
    fault: "a scaler that takes copies away between two bursts",
    overlay: "production",
    refusedBy: ["autoscaling"],
    edits: [{
      object: "HorizontalPodAutoscaler/api",
      at: "spec behavior scaleDown stabilizationWindowSeconds",
      to: 0,
    }],
  },
  {
    fault: "a program that is given up before what it waits for",
    overlay: "production",
    refusedBy: ["rollout"],
    edits: [{ object: "Deployment/vote-persister", at: "spec progressDeadlineSeconds", to: 300 }],
  },
  {
    fault: "a list of candidates that is not mounted",
    overlay: "production+candidates",
    refusedBy: ["environment"],
    edits: [{ object: "Deployment/vote-persister", remove: `${PROGRAM} volumeMounts candidates` }],
  },
  {
    fault: "an issuer of tokens without its keys",
    overlay: "production+voter-tokens",
    refusedBy: ["environment"],
    edits: [{ object: API, remove: `${PROGRAM} env CAST_VOTER_JWKS_FILE` }],
  },
];
