/** What the manifests let each user of Kafka do, as `createAcls` takes it: so that a test can hold it to the programs. */
import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from "kafkajs";
import { parseAllDocuments } from "yaml";

const USERS = new URL("../../../k8s/components/strimzi/users.yaml", import.meta.url);

interface KafkaUser {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly authorization: { readonly acls: readonly Rule[] } };
}

interface Rule {
  readonly resource: {
    readonly type: "topic" | "group" | "cluster";
    readonly name?: string;
    readonly patternType?: "literal" | "prefix";
  };
  readonly operations: readonly string[];
}

const RESOURCE = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  cluster: AclResourceTypes.CLUSTER,
};

export async function readKafkaRights(): Promise<AclEntry[]> {
  const documents = parseAllDocuments(await Deno.readTextFile(USERS));
  return documents.map((document) => document.toJS() as KafkaUser).flatMap(({ metadata, spec }) =>
    spec.authorization.acls.flatMap(({ resource, operations }) =>
      operations.map((operation) => ({
        principal: `User:${metadata.name}`,
        host: "*",
        permissionType: AclPermissionTypes.ALLOW,
        operation: operationOf(operation),
        resourceType: RESOURCE[resource.type],
        resourceName: resource.name ?? "kafka-cluster",
        resourcePatternType: resource.patternType === "prefix"
          ? ResourcePatternTypes.PREFIXED
          : ResourcePatternTypes.LITERAL,
      }))
    )
  );
}

/** Kafka's numbers go by names in capitals. */
function operationOf(name: string): AclOperationTypes {
  const operation = AclOperationTypes[name.toUpperCase() as keyof typeof AclOperationTypes];
  if (operation === undefined) throw new Error(`Read the rights of Kafka's users: no operation "${name}"`);
  return operation;
}
