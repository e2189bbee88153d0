/** Holds each object against the schema of its kind. A kind without a schema is refused, not passed over. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { type ManifestObject, nameOf } from "../manifest_object.ts";
import type { ResourceSchemas } from "./custom_resources.ts";
import type { KubernetesSchemas } from "./kubernetes_schemas.ts";

export interface SchemaValidator {
  /** Answers with what is wrong, a line each. */
  validate(object: ManifestObject): Promise<string[]>;
}

export function createSchemaValidator(
  { kubernetes, resources }: { kubernetes: KubernetesSchemas; resources: ResourceSchemas },
): SchemaValidator {
  // The schemas are the server's: they know words and formats of which JSON Schema knows nothing.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, inlineRefs: false });
  ajv.addSchema(kubernetes.definitions);
  // Of promises, so that two objects of a kind never compile its schema twice.
  const compiled = new Map<string, Promise<ValidateFunction | undefined>>();

  function validatorOf({ apiVersion, kind }: ManifestObject): Promise<ValidateFunction | undefined> {
    const name = `${apiVersion} ${kind}`;
    let validator = compiled.get(name);
    if (!validator) {
      validator = compile(name, { apiVersion, kind });
      compiled.set(name, validator);
    }
    return validator;
  }

  async function compile(
    name: string,
    resource: { apiVersion: string; kind: string },
  ): Promise<ValidateFunction | undefined> {
    const schema = resources.get(name) ?? await kubernetes.find(resource);
    return schema && ajv.compile(schema);
  }

  return {
    async validate(object) {
      const validator = await validatorOf(object);
      if (!validator) {
        return [`${nameOf(object)}: no schema is known for ${object.apiVersion} ${object.kind}`];
      }
      const nulls = nullPaths(object).map((path) => `${path} is empty`);
      const errors = validator(object) ? [] : (validator.errors ?? []).map(describe);
      return [...new Set([...nulls, ...errors])].map((problem) => `${nameOf(object)}: ${problem}`);
    },
  };
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const field = (params as { additionalProperty?: string }).additionalProperty;
  return `${instancePath || "/"} ${field === undefined ? message : `has the unknown field "${field}"`}`;
}

/** A field without a value is a slip: the server would take it for absent. */
function nullPaths(value: unknown, path = ""): string[] {
  if (value === null) return [path];
  if (typeof value !== "object") return [];
  return Object.entries(value as object).flatMap(([key, child]) => nullPaths(child, `${path}/${key}`));
}
