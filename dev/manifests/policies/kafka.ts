/** Kafka holds as many copies as the settings say; where it has several brokers, a vote that it took in survives one of them. */
import { type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import type { PodSpec } from "../pod.ts";
import type { Check, PolicyContext } from "../policy.ts";
import { configOf, programContainers } from "../program_container.ts";

const REPLICAS = 3;
const IN_SYNC_MIN = 2;

type Config = Readonly<Record<string, string | number | boolean>>;

interface Listener {
  readonly name?: string;
  readonly port?: number;
  readonly tls?: boolean;
  readonly authentication?: { readonly type?: string };
}

interface KafkaSpec {
  readonly kafka?: { readonly config?: Config; readonly listeners?: readonly Listener[] };
}

export const checkKafka: Check = (objects, context) => {
  const brokers = ofKind(objects, "KafkaNodePool").filter(({ spec }) =>
    poolOf(spec).roles?.includes("broker")
  )
    .reduce((sum, { spec }) => sum + (poolOf(spec).replicas ?? 0), 0);
  const copies = ofKind(objects, "Kafka").length > 0 ? Math.min(brokers, REPLICAS) : 1;
  return [
    ...ofKind(objects, "Kafka").flatMap((kafka) => {
      const config = ((kafka.spec ?? {}) as KafkaSpec).kafka?.config ?? {};
      return clusterProblems(config).map((problem) => `${nameOf(kafka)}: ${problem}`);
    }),
    ...(ofKind(objects, "Kafka").length === 0 || brokers >= REPLICAS
      ? []
      : [`Kafka: has ${brokers} brokers, wanted ${REPLICAS} at least`]),
    ...poolProblems(objects),
    ...ofKind(objects, "KafkaNodePool").filter((pool) => !isSpread(pool)).map((pool) =>
      `${nameOf(pool)}: may have two of its nodes on one machine`
    ),
    ...ofKind(objects, "KafkaTopic").flatMap((topic) =>
      topicProblems(topic).map((text) => `${nameOf(topic)}: ${text}`)
    ),
    ...settingProblems(objects, { context, copies }),
  ];
};

interface PoolSpec {
  readonly roles?: readonly string[];
  readonly replicas?: number;
  readonly storage?: unknown;
  readonly template?: { readonly pod?: Pick<PodSpec, "topologySpreadConstraints"> };
}

function poolOf(spec: unknown): PoolSpec {
  return spec ?? {};
}

function wrong(config: Config, wanted: Config): string[] {
  return Object.entries(wanted).filter(([name, value]) => String(config[name]) !== String(value)).map((
    [name, value],
  ) => `has ${name} ${config[name] ?? "unset"}, wanted ${value}`);
}

function clusterProblems(config: Config): string[] {
  return wrong(config, {
    "default.replication.factor": REPLICAS,
    "min.insync.replicas": IN_SYNC_MIN,
    // A broker that lagged behind would rule, and what it had not seen would be gone.
    "unclean.leader.election.enable": false,
    "offsets.topic.replication.factor": REPLICAS,
    "transaction.state.log.replication.factor": REPLICAS,
    "transaction.state.log.min.isr": IN_SYNC_MIN,
    "auto.create.topics.enable": false,
  });
}

function poolProblems(objects: readonly ManifestObject[]): string[] {
  return ofKind(objects, "KafkaNodePool").filter(({ spec }) => {
    const text = JSON.stringify(poolOf(spec).storage ?? {});
    return !text.includes('"persistent-claim"') || text.includes('"deleteClaim":true') ||
      text.includes('"ephemeral"');
  }).map((pool) => `${nameOf(pool)}: does not keep its disks`);
}

/** A majority, or enough copies, must be left when a machine dies. Strimzi labels the nodes with the name of their pool. */
function isSpread({ metadata, spec }: ManifestObject): boolean {
  const constraints = poolOf(spec).template?.pod?.topologySpreadConstraints ?? [];
  return constraints.some(({ topologyKey, maxSkew, whenUnsatisfiable, labelSelector }) =>
    topologyKey === "kubernetes.io/hostname" && maxSkew === 1 && whenUnsatisfiable === "DoNotSchedule" &&
    labelSelector?.matchLabels?.["strimzi.io/pool-name"] === metadata.name
  );
}

function topicProblems({ spec }: ManifestObject): string[] {
  const { replicas, config = {} } = (spec ?? {}) as { replicas?: number; config?: Config };
  return [
    ...(replicas === REPLICAS ? [] : [`has ${replicas} copies, wanted ${REPLICAS}`]),
    ...wrong(config, {
      "cleanup.policy": "delete",
      "min.insync.replicas": IN_SYNC_MIN,
      "unclean.leader.election.enable": false,
    }),
  ];
}

interface ProgramConfig {
  readonly kafkaReplicas?: number;
  readonly kafkaTopic?: string;
  readonly kafkaTls?: string;
  readonly kafkaSasl?: string;
  readonly kafkaUsername?: string;
}

function settingProblems(
  objects: readonly ManifestObject[],
  { context, copies }: { context: PolicyContext; copies: number },
): string[] {
  return programContainers(objects, context).flatMap((program) => {
    const config = configOf(program) as ProgramConfig;
    const { kafkaReplicas, kafkaTopic } = config;
    const topics = ofKind(objects, "KafkaTopic").map(({ metadata, spec }) =>
      (spec as { topicName?: string } | undefined)?.topicName ?? metadata.name
    );
    const missing = kafkaTopic === undefined || topics.length === 0
      ? []
      : [kafkaTopic, `${kafkaTopic}.dead`].filter((topic) => !topics.includes(topic));
    return [
      ...(kafkaReplicas === undefined || kafkaReplicas === copies
        ? []
        : [`CAST_KAFKA_REPLICAS is ${kafkaReplicas}, Kafka here has room for ${copies} copies`]),
      ...missing.map((topic) => `there is no KafkaTopic "${topic}"`),
      ...accessProblems(config, { objects, ports: program.connects.map(({ port }) => port) }),
    ].map((problem) => `${program.workload.id}: ${problem}`);
  });
}

/** The listener and the program speak alike, and the user is one that Kafka knows. */
function accessProblems(
  { kafkaTls, kafkaSasl, kafkaUsername }: ProgramConfig,
  { objects, ports }: { objects: readonly ManifestObject[]; ports: readonly number[] },
): string[] {
  if (kafkaTls === undefined) return [];
  const users = ofKind(objects, "KafkaUser").map(({ metadata }) => metadata.name);
  const listeners = ofKind(objects, "Kafka").flatMap(({ spec }) =>
    ((spec ?? {}) as KafkaSpec).kafka?.listeners ?? []
  );
  return listeners.filter(({ port = 0 }) => ports.includes(port)).flatMap(({ name, tls, authentication }) => [
    ...(tls === (kafkaTls === "on") ? [] : [`CAST_KAFKA_TLS is ${kafkaTls}, the listener "${name}" is not`]),
    ...((authentication?.type ?? "none") === kafkaSasl
      ? []
      : [`CAST_KAFKA_SASL is ${kafkaSasl}, the listener "${name}" wants ${authentication?.type ?? "none"}`]),
    ...(authentication === undefined || users.includes(kafkaUsername ?? "")
      ? []
      : [`CAST_KAFKA_USERNAME is ${kafkaUsername}, who is no KafkaUser`]),
  ]);
}
