/** Stores that would forget votes, and manifests that the server would refuse or, worse, take without what they misspell. */
import type { BrokenManifest } from "./broken_manifest.ts";

const REDIS = "StatefulSet/redis";
const POD = "spec template spec";
const CONF = { object: "ConfigMap/redis", at: "data redis.conf" };

export const BROKEN_STORES: readonly BrokenManifest[] = [
  {
    fault: "a Redis that may lose a second of votes",
    overlay: "production",
    refusedBy: ["redis"],
    edits: [{ ...CONF, to: (conf: string) => conf.replace("appendfsync always", "appendfsync everysec") }],
  },
  {
    fault: "a Redis that forgets when it is full",
    overlay: "local",
    refusedBy: ["redis"],
    edits: [{ ...CONF, to: (conf: string) => conf.replace("noeviction", "allkeys-lru") }],
  },
  {
    fault: "an argument that undoes the configuration",
    overlay: "local",
    refusedBy: ["redis"],
    edits: [{
      object: REDIS,
      at: `${POD} containers redis args`,
      to: ["--maxmemory", "192mb", "--appendonly", "no"],
    }],
  },
  {
    fault: "a Redis that is killed when it rewrites its file",
    overlay: "production",
    refusedBy: ["redis"],
    edits: [{ object: REDIS, at: `${POD} containers redis args`, to: ["--maxmemory", "3gb"] }],
  },
  {
    fault: "two Redis that know nothing of each other",
    overlay: "production",
    refusedBy: ["redis"],
    edits: [{ object: REDIS, at: "spec replicas", to: 2 }],
  },
  {
    fault: "a Redis whose disk goes with its pod",
    overlay: "local",
    refusedBy: ["redis"],
    edits: [
      { object: REDIS, remove: "spec volumeClaimTemplates" },
      { object: REDIS, at: `${POD} volumes +`, to: { name: "data", emptyDir: {} } },
    ],
  },
  {
    fault: "a Redis that is evicted first",
    overlay: "production",
    refusedBy: ["redis"],
    edits: [{ object: REDIS, at: `${POD} containers redis resources requests memory`, to: "256Mi" }],
  },
  {
    fault: "a user of Redis who may do everything",
    overlay: "production",
    refusedBy: ["redis users"],
    edits: [{
      object: "ConfigMap/redis",
      at: "data users.acl",
      to: (users: string) => users.replace("+info", "+@all"),
    }],
  },
  {
    fault: "a prefix on which the users of Redis have no rights",
    overlay: "local",
    refusedBy: ["redis users"],
    edits: [{ object: "ConfigMap/settings", at: "data CAST_REDIS_PREFIX", to: "poll" }],
  },
  {
    fault: "a user of Kafka whom nobody makes",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{
      object: "Deployment/outbox-relay",
      at: `${POD} containers program env CAST_KAFKA_USERNAME value`,
      to: "outbox-relay",
    }],
  },
  {
    fault: "a Kafka that no longer speaks TLS",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "Kafka/cast", at: "spec kafka listeners tls tls", to: false }],
  },
  {
    fault: "a Kafka ruled by a broker that lagged behind",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "Kafka/cast", at: "spec kafka config unclean.leader.election.enable", to: "true" }],
  },
  {
    fault: "a Kafka that acknowledges a single copy",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "Kafka/cast", at: "spec kafka config min.insync.replicas", to: 1 }],
  },
  {
    fault: "a topic of one copy",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "KafkaTopic/cast.votes", at: "spec replicas", to: 1 }],
  },
  {
    fault: "a setting that asks for fewer copies than there are",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "ConfigMap/settings", at: "data CAST_KAFKA_REPLICAS", to: "1" }],
  },
  {
    fault: "a setting that asks for more copies than there are brokers",
    overlay: "local",
    refusedBy: ["kafka"],
    edits: [{ object: "ConfigMap/settings", at: "data CAST_KAFKA_REPLICAS", to: "3" }],
  },
  {
    fault: "a Kafka of two brokers",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "KafkaNodePool/broker", at: "spec replicas", to: 2 }],
  },
  {
    fault: "controllers of which a majority may lie on one node",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{
      object: "KafkaNodePool/controller",
      at: "spec template pod topologySpreadConstraints 0 whenUnsatisfiable",
      to: "ScheduleAnyway",
    }],
  },
  {
    fault: "brokers that are spread by the copies of others",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{
      object: "KafkaNodePool/broker",
      at: "spec template pod topologySpreadConstraints 0 labelSelector matchLabels strimzi.io/pool-name",
      to: "controller",
    }],
  },
  {
    fault: "brokers whose disks go with them",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "KafkaNodePool/broker", at: "spec storage", to: { type: "ephemeral" } }],
  },
  {
    fault: "a topic of another name than the programs know",
    overlay: "production",
    refusedBy: ["kafka"],
    edits: [{ object: "ConfigMap/settings", at: "data CAST_KAFKA_TOPIC", to: "cast.ballots" }],
  },
  {
    fault: "a Postgres that goes on alone",
    overlay: "production",
    refusedBy: ["postgres"],
    edits: [{
      object: "Cluster/postgres",
      at: "spec postgresql synchronous dataDurability",
      to: "preferred",
    }],
  },
  {
    fault: "a Postgres that waits for no replica",
    overlay: "production",
    refusedBy: ["postgres"],
    edits: [{ object: "Cluster/postgres", remove: "spec postgresql synchronous" }],
  },
  {
    fault: "a Postgres that does not wait for its disk",
    overlay: "production",
    refusedBy: ["postgres"],
    edits: [{ object: "Cluster/postgres", at: "spec postgresql parameters fsync", to: "off" }],
  },
  {
    fault: "a ledger that is never backed up",
    overlay: "production",
    refusedBy: ["postgres"],
    edits: [{ leaveOut: "ScheduledBackup/postgres" }],
  },
  {
    fault: "backups older than what Kafka remembers",
    overlay: "production",
    refusedBy: ["postgres"],
    edits: [{ object: "ObjectStore/postgres", at: "spec retentionPolicy", to: "60d" }],
  },
  {
    fault: "a ledger on no disk of its own",
    overlay: "local",
    refusedBy: ["postgres"],
    edits: [
      { object: "StatefulSet/postgres", remove: "spec volumeClaimTemplates" },
      { object: "StatefulSet/postgres", at: `${POD} volumes +`, to: { name: "data", emptyDir: {} } },
    ],
  },
  {
    fault: "a misspelt field",
    overlay: "local",
    refusedBy: ["schema"],
    edits: [{ object: "Deployment/api", at: "spec template spec restartPolice", to: "Always" }],
  },
  {
    fault: "a text where a number belongs",
    overlay: "local",
    refusedBy: ["schema"],
    edits: [{ object: "Deployment/api", at: "spec revisionHistoryLimit", to: "three" }],
  },
  {
    fault: "a field without a value",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "Service/api", at: "spec sessionAffinity", to: null }],
  },
  {
    fault: "a version that Kubernetes no longer serves",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "PodDisruptionBudget/api", at: "apiVersion", to: "policy/v1beta1" }],
  },
  {
    fault: "a kind that nobody knows",
    overlay: "local",
    refusedBy: ["schema"],
    edits: [{ object: "ServiceAccount/cast", at: "apiVersion", to: "example.com/v1" }],
  },
  {
    fault: "a misspelt field of a Kafka",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "Kafka/cast", at: "spec kafka listener", to: [] }],
  },
  {
    fault: "a way of logging in to Kafka that there is not",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "KafkaUser/cast-owner", at: "spec authentication type", to: "scram-sha-1" }],
  },
  {
    fault: "a misspelt field of a Postgres",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "Cluster/postgres", at: "spec postgresql synchronous durability", to: "required" }],
  },
  {
    fault: "a misspelt field of a certificate",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "Certificate/redis", at: "spec dnsName", to: "redis" }],
  },
  {
    fault: "a misspelt field of a fetched secret",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "ExternalSecret/ticket-keys", at: "spec secretStore", to: { name: "vault" } }],
  },
  {
    fault: "a misspelt field of an alert",
    overlay: "production",
    refusedBy: ["schema"],
    edits: [{ object: "PrometheusRule/cast", at: "spec groups 0 rules 0 expression", to: "up == 0" }],
  },
];
