import { assertEquals } from "@std/assert";
import { readDefinitions } from "./custom_resources.ts";
import { createSchemaValidator } from "./schema_validator.ts";

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: polls.example.com }
spec:
  group: example.com
  names: { kind: Poll }
  versions:
    - name: v1
      served: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec: { type: object, properties: { names: { type: integer, minimum: 1 } } }
    - name: v1alpha1
      served: false
      schema: { openAPIV3Schema: { type: object } }
`;

const validator = createSchemaValidator({
  kubernetes: {
    definitions: { $id: "https://kubernetes.io/api/_definitions.json", $defs: { spec: { type: "object" } } },
    find: ({ kind }) =>
      Promise.resolve(
        kind === "Pod"
          ? {
            type: "object",
            properties: { spec: { $ref: "https://kubernetes.io/api/_definitions.json#/$defs/spec" } },
          }
          : undefined,
      ),
  },
  resources: readDefinitions([DEFINITION]),
});

function poll(fields: object, apiVersion = "example.com/v1") {
  return { apiVersion, kind: "Poll", metadata: { name: "p" }, ...fields };
}

Deno.test("validate() passes what the schema of its kind allows", async () => {
  assertEquals(await validator.validate(poll({ spec: { names: 2 } })), []);
  assertEquals(
    await validator.validate({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: {} }),
    [],
  );
});

Deno.test("validate() refuses unknown fields, wrong values, absent and empty fields", async () => {
  assertEquals(await validator.validate(poll({ spec: { name: 2 } })), [
    'Poll/p: /spec has the unknown field "name"',
  ]);
  assertEquals(await validator.validate(poll({ spec: { names: 0 } })), ["Poll/p: /spec/names must be >= 1"]);
  assertEquals(await validator.validate(poll({})), ["Poll/p: / must have required property 'spec'"]);
  const [problem] = await validator.validate(poll({ spec: { names: null } }));
  assertEquals(problem, "Poll/p: /spec/names is empty");
});

Deno.test("validate() refuses a kind, or a version of it, that has no schema", async () => {
  for (const apiVersion of ["example.com/v2", "example.com/v1alpha1"]) {
    assertEquals(await validator.validate(poll({ spec: {} }, apiVersion)), [
      `Poll/p: no schema is known for ${apiVersion} Poll`,
    ]);
  }
});
