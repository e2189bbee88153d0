/** The schemas of custom resources by `apiVersion` and kind, read from their definitions. */
import { parseAllDocuments } from "yaml";
import { closedResourceSchema, type Schema } from "./closed_schema.ts";

/** By `<apiVersion> <kind>`. */
export type ResourceSchemas = ReadonlyMap<string, Schema>;

interface Definition {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** Reads files of CustomResourceDefinitions; other objects in them are passed over. */
export function readDefinitions(texts: readonly string[]): ResourceSchemas {
  const schemas = new Map<string, Schema>();
  for (const document of texts.flatMap((text) => parseAllDocuments(text))) {
    const definition: Definition | null = document.toJS();
    if (definition?.kind !== "CustomResourceDefinition") continue;
    const { group, names, versions } = definition.spec;
    for (const { name, served, schema } of versions) {
      if (served) schemas.set(`${group}/${name} ${names.kind}`, closedResourceSchema(schema.openAPIV3Schema));
    }
  }
  return schemas;
}
