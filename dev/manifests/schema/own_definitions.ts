/**
 * What the manifests use of CloudNativePG and its backups, whose definitions no registry has: written down by hand from
 * their reference, with no field that is not used. A field that is not here is refused until it was looked up and added.
 */
import { closedResourceSchema, type Schema } from "./closed_schema.ts";
import type { ResourceSchemas } from "./custom_resources.ts";

const TEXT: Schema = { type: "string", minLength: 1 };
const FLAG: Schema = { type: "boolean" };
const COUNT: Schema = { type: "integer", minimum: 1 };
const SIZE: Schema = { type: "string", pattern: "^[1-9]\\d*(Mi|Gi|Ti)$" };
const QUANTITIES: Schema = {
  type: "object",
  additionalProperties: { type: ["string", "integer"], pattern: "^\\d+(m|Ki|Mi|Gi)?$" },
};
const NAMED = object({ name: TEXT }, ["name"]);
const SECRET_KEY = object({ name: TEXT, key: TEXT }, ["name", "key"]);

function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: "object", properties, required };
}

function oneOf(...words: readonly string[]): Schema {
  return { type: "string", enum: words };
}

function list(items: Schema): Schema {
  return { type: "array", items, minItems: 1 };
}

const ROLE = object({
  name: TEXT,
  ensure: oneOf("present", "absent"),
  login: FLAG,
  connectionLimit: { type: "integer" },
  passwordSecret: NAMED,
}, ["name"]);

const CLUSTER = object({
  instances: COUNT,
  imageName: TEXT,
  bootstrap: object({
    initdb: object({
      database: TEXT,
      owner: TEXT,
      secret: NAMED,
      encoding: TEXT,
      localeCollate: TEXT,
      localeCType: TEXT,
      dataChecksums: FLAG,
      postInitApplicationSQL: list(TEXT),
    }),
  }),
  managed: object({ roles: list(ROLE) }),
  postgresql: object({
    parameters: { type: "object", additionalProperties: TEXT },
    pg_hba: list(TEXT),
    synchronous: object({
      method: oneOf("any", "first"),
      number: COUNT,
      dataDurability: oneOf("required", "preferred"),
      maxStandbyNamesFromCluster: { type: "integer", minimum: 0 },
    }, ["method", "number"]),
  }),
  affinity: object({
    enablePodAntiAffinity: FLAG,
    podAntiAffinityType: oneOf("preferred", "required"),
    topologyKey: TEXT,
  }),
  topologySpreadConstraints: { type: "array", items: { type: "object" } },
  storage: object({ size: SIZE, storageClass: TEXT }),
  walStorage: object({ size: SIZE, storageClass: TEXT }),
  resources: object({ requests: QUANTITIES, limits: QUANTITIES }),
  enablePDB: FLAG,
  enableSuperuserAccess: FLAG,
  primaryUpdateStrategy: oneOf("unsupervised", "supervised"),
  primaryUpdateMethod: oneOf("switchover", "restart"),
  monitoring: object({ enablePodMonitor: FLAG }),
  plugins: list(
    object({
      name: TEXT,
      enabled: FLAG,
      isWALArchiver: FLAG,
      parameters: { type: "object", additionalProperties: TEXT },
    }, ["name"]),
  ),
}, ["instances"]);

const SCHEDULED_BACKUP = object({
  // With seconds in front, unlike a CronJob's.
  schedule: { type: "string", pattern: "^(\\S+ ){5}\\S+$" },
  backupOwnerReference: oneOf("none", "self", "cluster"),
  cluster: NAMED,
  method: oneOf("barmanObjectStore", "volumeSnapshot", "plugin"),
  pluginConfiguration: object({ name: TEXT, parameters: { type: "object", additionalProperties: TEXT } }, [
    "name",
  ]),
  suspend: FLAG,
  immediate: FLAG,
  target: oneOf("primary", "prefer-standby"),
}, ["schedule", "cluster"]);

const OBJECT_STORE = object({
  retentionPolicy: { type: "string", pattern: "^[1-9]\\d*[dwm]$" },
  configuration: object({
    destinationPath: TEXT,
    endpointURL: TEXT,
    s3Credentials: object({
      accessKeyId: SECRET_KEY,
      secretAccessKey: SECRET_KEY,
      region: SECRET_KEY,
      inheritFromIAMRole: FLAG,
    }),
    wal: object({ compression: oneOf("bzip2", "gzip", "lz4", "snappy", "xz", "zstd"), maxParallel: COUNT }),
    data: object({ compression: oneOf("bzip2", "gzip", "snappy"), jobs: COUNT }),
  }, ["destinationPath"]),
}, ["configuration"]);

export const OWN_DEFINITIONS: ResourceSchemas = new Map(
  Object.entries({
    "postgresql.cnpg.io/v1 Cluster": CLUSTER,
    "postgresql.cnpg.io/v1 ScheduledBackup": SCHEDULED_BACKUP,
    "barmancloud.cnpg.io/v1 ObjectStore": OBJECT_STORE,
  }).map(([name, spec]) => [name, closedResourceSchema(object({ spec }, ["spec"]))]),
);
