/** The tools that judge manifests, fetched once; what the machine lacks for one of them is said. */
import { findJava } from "../stack/embedded_kafka.ts";
import { runClient } from "../stack/run_client.ts";
import { hasGo } from "./render/go_tool.ts";
import { fetchKustomize, type Kustomize } from "./render/kustomize.ts";
import { readDefinitions } from "./schema/custom_resources.ts";
import { fetchGoDefinitions } from "./schema/go_definitions.ts";
import { fetchKubernetesSchemas } from "./schema/kubernetes_schemas.ts";
import { OWN_DEFINITIONS } from "./schema/own_definitions.ts";
import { createSchemaValidator, type SchemaValidator } from "./schema/schema_validator.ts";
import { fetchStrimziDefinitions } from "./schema/strimzi_definitions.ts";

export interface ManifestTools {
  readonly kustomize: Kustomize;
  /** Or what is missing. */
  readonly validator: SchemaValidator | string;
}

/** Answers with what is missing where nothing can be rendered. */
export async function fetchManifestTools(
  { javaHome }: { javaHome?: string | undefined },
): Promise<ManifestTools | string> {
  if (!await hasGo()) return "Go 1.24 or later missing";
  return { kustomize: await fetchKustomize(), validator: await fetchValidator({ javaHome }) };
}

async function fetchValidator(
  { javaHome }: { javaHome?: string | undefined },
): Promise<SchemaValidator | string> {
  const kubernetes = await fetchKubernetesSchemas();
  if (!kubernetes) return "pip of Python 3.11 or later missing";
  try {
    const definitions = await Promise.all([fetchGoDefinitions(), fetchStrimziDefinitions({ javaHome })]);
    return createSchemaValidator({
      kubernetes,
      resources: new Map([...readDefinitions(definitions.flat()), ...OWN_DEFINITIONS]),
    });
  } catch (error) {
    // Only what is not there may be passed over: a registry that does not answer is a fault.
    const missing = await findMissing({ javaHome });
    if (missing === undefined) throw error;
    return missing;
  }
}

async function findMissing({ javaHome }: { javaHome?: string | undefined }): Promise<string | undefined> {
  const isThere = (found: Promise<unknown>) => found.then(() => true, () => false);
  if (!await isThere(findJava(javaHome))) return "Java 17 or later missing";
  const version = { action: "Look for Maven", args: ["--version"], install: "install Maven" };
  return await isThere(runClient("mvn", version)) ? undefined : "Maven missing";
}
