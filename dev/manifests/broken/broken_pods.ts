/** Pods with more rights than they need, without bounds, badly spread, or mounting what is not there. */
import type { BrokenManifest } from "./broken_manifest.ts";

const API = "Deployment/api";
const POD = "spec template spec";
const PROGRAM = `${POD} containers program`;
const SECURITY = `${PROGRAM} securityContext`;

export const BROKEN_PODS: readonly BrokenManifest[] = [
  {
    fault: "an image that may be another one tomorrow",
    overlay: "local",
    refusedBy: ["images"],
    edits: [{ object: "StatefulSet/redis", at: `${POD} containers redis image`, to: "redis:latest" }],
  },
  {
    fault: "an image without a tag",
    overlay: "local",
    refusedBy: ["images"],
    edits: [{ object: "StatefulSet/kafka", at: `${POD} containers kafka image`, to: "apache/kafka" }],
  },
  {
    fault: "two versions of the programs",
    overlay: "production",
    refusedBy: ["images"],
    edits: [{
      object: "Deployment/outbox-relay",
      at: `${PROGRAM} image`,
      to: "registry.example.com/cast:1.0.0",
    }],
  },
  {
    fault: "a digest that is none",
    overlay: "production",
    refusedBy: ["images"],
    edits: [{ object: "StatefulSet/redis", at: `${POD} containers redis image`, to: "redis@sha256:1234" }],
  },
  {
    fault: "a program that may run as root",
    overlay: "local",
    refusedBy: ["pod security"],
    edits: [{ object: API, remove: `${POD} securityContext runAsNonRoot` }],
  },
  {
    fault: "a program that runs as a user of the node",
    overlay: "local",
    refusedBy: ["pod security"],
    edits: [{ object: "Job/prepare", at: `${POD} securityContext runAsUser`, to: 1000 }],
  },
  {
    fault: "a privileged container",
    overlay: "production",
    refusedBy: ["pod security"],
    edits: [{ object: API, at: `${SECURITY} privileged`, to: true }],
  },
  {
    fault: "a program that may gain privileges",
    overlay: "local",
    refusedBy: ["pod security"],
    edits: [{ object: API, remove: `${SECURITY} allowPrivilegeEscalation` }],
  },
  {
    fault: "a program that keeps capabilities",
    overlay: "local",
    refusedBy: ["pod security"],
    edits: [{ object: API, at: `${SECURITY} capabilities drop`, to: ["NET_RAW"] }],
  },
  {
    fault: "a program that may write to its image",
    overlay: "production",
    refusedBy: ["pod security"],
    edits: [{
      object: "CronJob/verify",
      at: "spec jobTemplate spec template spec containers program securityContext readOnlyRootFilesystem",
      to: false,
    }],
  },
  {
    fault: "a program that may make any system call",
    overlay: "production",
    refusedBy: ["pod security"],
    edits: [{ object: API, at: `${POD} securityContext seccompProfile type`, to: "Unconfined" }],
  },
  {
    fault: "a folder of the node",
    overlay: "local",
    refusedBy: ["pod security"],
    edits: [{
      object: "StatefulSet/redis",
      at: `${POD} volumes +`,
      to: { name: "disk", hostPath: { path: "/data" } },
    }],
  },
  {
    fault: "the network of the node",
    overlay: "local",
    refusedBy: ["pod security"],
    edits: [{ object: API, at: `${POD} hostNetwork`, to: true }],
  },
  {
    fault: "a token for Kubernetes",
    overlay: "local",
    refusedBy: ["service accounts"],
    edits: [{ object: "Deployment/ticket-rotator", remove: `${POD} automountServiceAccountToken` }],
  },
  {
    fault: "rights in Kubernetes",
    overlay: "production",
    refusedBy: ["service accounts"],
    edits: [{
      add: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "cast", namespace: "cast", labels: { "app.kubernetes.io/part-of": "cast" } },
      },
    }],
  },
  {
    fault: "a program without a limit of memory",
    overlay: "production",
    refusedBy: ["resources"],
    edits: [{ object: API, remove: `${PROGRAM} resources limits memory` }],
  },
  {
    fault: "a request above the limit",
    overlay: "local",
    refusedBy: ["resources"],
    edits: [{ object: API, at: `${PROGRAM} resources requests memory`, to: "1Gi" }],
  },
  {
    fault: "a budget that keeps nodes from being drained",
    overlay: "local",
    refusedBy: ["disruption"],
    edits: [
      { object: "PodDisruptionBudget/api", remove: "spec maxUnavailable" },
      { object: "PodDisruptionBudget/api", at: "spec minAvailable", to: 2 },
    ],
  },
  {
    fault: "a program without a budget",
    overlay: "production",
    refusedBy: ["disruption"],
    edits: [{ leaveOut: "PodDisruptionBudget/vote-persister" }],
  },
  {
    fault: "a budget of another program's pods",
    overlay: "local",
    refusedBy: ["disruption"],
    edits: [{
      object: "PodDisruptionBudget/api",
      at: "spec selector matchLabels",
      to: { "app.kubernetes.io/name": "outbox-relay" },
    }],
  },
  {
    fault: "copies that are spread by the copies of others",
    overlay: "production",
    refusedBy: ["spread"],
    edits: [{ object: API, remove: `${POD} topologySpreadConstraints 0 matchLabelKeys` }],
  },
  {
    fault: "copies that may lie in one zone",
    overlay: "production",
    refusedBy: ["spread"],
    edits: [{ object: "Deployment/outbox-relay", remove: `${POD} topologySpreadConstraints 1` }],
  },
  {
    fault: "a Secret that nobody brings",
    overlay: "local",
    refusedBy: ["references"],
    edits: [{
      object: "StatefulSet/redis",
      at: `${POD} volumes users projected sources 0 secret name`,
      to: "redis-user",
    }],
  },
  {
    fault: "a Secret that is no longer fetched",
    overlay: "production",
    refusedBy: ["references"],
    edits: [{ leaveOut: "ExternalSecret/redis-users" }],
  },
  {
    fault: "a key that the Secret lacks",
    overlay: "production",
    refusedBy: ["references", "environment"],
    edits: [{
      object: "Deployment/outbox-relay",
      at: `${POD} volumes secrets projected sources 1 secret items 0 key`,
      to: "secret",
    }],
  },
  {
    fault: "a role of Postgres whose password nobody brings",
    overlay: "production",
    refusedBy: ["references"],
    edits: [{ leaveOut: "ExternalSecret/postgres-reader" }],
  },
  {
    fault: "backups whose key nobody brings",
    overlay: "production",
    refusedBy: ["references"],
    edits: [{ leaveOut: "ExternalSecret/postgres-backup" }],
  },
  {
    fault: "a certificate of the Ingress that nobody makes",
    overlay: "production",
    refusedBy: ["references"],
    edits: [{ object: "Ingress/api", remove: "metadata annotations" }],
  },
  {
    fault: "a ConfigMap that nobody brings",
    overlay: "local",
    refusedBy: ["references"],
    edits: [{ leaveOut: "ConfigMap/postgres" }],
  },
  {
    fault: "a volume that is not there",
    overlay: "local",
    refusedBy: ["references"],
    edits: [{
      object: "StatefulSet/kafka",
      at: `${POD} containers kafka volumeMounts tmp name`,
      to: "temporary",
    }],
  },
  {
    fault: "an account that nobody brings",
    overlay: "local",
    refusedBy: ["references"],
    edits: [{ object: API, at: `${POD} serviceAccountName`, to: "api" }],
  },
  {
    fault: "a secret in the manifests",
    overlay: "local",
    refusedBy: ["references"],
    edits: [{
      add: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "extra", namespace: "cast", labels: { "app.kubernetes.io/part-of": "cast" } },
        stringData: { password: "hunter2" },
      },
    }],
  },
  {
    fault: "a namespace that lets in any pod",
    overlay: "local",
    refusedBy: ["namespaces"],
    edits: [{
      object: "Namespace/cast",
      at: "metadata labels pod-security.kubernetes.io/enforce",
      to: "baseline",
    }],
  },
  {
    fault: "an object in another namespace",
    overlay: "production",
    refusedBy: ["namespaces"],
    edits: [{ object: "Ingress/api", at: "metadata namespace", to: "default" }],
  },
  {
    fault: "pods that nobody finds by their name",
    overlay: "local",
    refusedBy: ["labels"],
    edits: [{ object: "Job/prepare", remove: "spec template metadata labels app.kubernetes.io/name" }],
  },
  {
    fault: "an object that belongs to nothing",
    overlay: "production",
    refusedBy: ["labels"],
    edits: [{ object: "Kafka/cast", remove: "metadata labels" }],
  },
];
