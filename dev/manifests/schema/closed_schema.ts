/**
 * The schema of a custom resource as JSON Schema that refuses fields that it does not name. The server would drop such
 * fields in silence: a misspelt setting would be one that is not set.
 */

export type Schema = { readonly [key: string]: unknown };

/** What every object may have, whatever its resource says. */
const COMMON: Schema = {
  apiVersion: { type: "string" },
  kind: { type: "string" },
  metadata: {
    type: "object",
    additionalProperties: false,
    required: ["name"],
    properties: {
      name: { type: "string", maxLength: 253 },
      namespace: { type: "string" },
      labels: { type: "object", additionalProperties: { type: "string" } },
      annotations: { type: "object", additionalProperties: { type: "string" } },
    },
  },
};

/** From the `openAPIV3Schema` of a version of a custom resource. */
export function closedResourceSchema(openApi: Schema): Schema {
  const closed = close(openApi);
  return { ...closed, properties: { ...closed["properties"] as Schema, ...COMMON } };
}

function close(schema: Schema): Schema {
  const closed: Record<string, unknown> = { ...schema };
  // Descriptions and defaults judge nothing.
  for (const word of ["description", "default", "example"]) delete closed[word];
  if (schema["x-kubernetes-int-or-string"] === true) {
    delete closed["anyOf"];
    closed["type"] = ["integer", "string"];
  }
  if (typeof schema["pattern"] === "string") closed["pattern"] = fromGoPattern(schema["pattern"]);
  for (const word of ["properties", "patternProperties"]) {
    if (isObject(schema[word])) closed[word] = mapValues(schema[word], close);
  }
  for (const word of ["items", "additionalProperties"]) {
    if (isObject(schema[word])) closed[word] = close(schema[word]);
  }
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true || "additionalProperties" in schema;
  if (schema["type"] === "object" && "properties" in schema && !isOpen) {
    closed["additionalProperties"] = false;
  }
  return closed;
}

/** Go's flags hold for the rest of an expression, ours for a group. */
function fromGoPattern(pattern: string): string {
  return pattern.replace(/\(\?([ims]+)\)(.*)$/s, "(?$1:$2)");
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}

function mapValues(object: Schema, map: (schema: Schema) => Schema): Schema {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, isObject(value) ? map(value) : value]),
  );
}
