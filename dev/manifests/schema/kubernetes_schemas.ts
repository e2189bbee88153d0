/** The schemas of Kubernetes' own objects, of one version of it, with every unknown field refused. */
import { join } from "node:path";
import { fetchPythonTool } from "../../containers/python_tool.ts";
import type { Schema } from "./closed_schema.ts";

/** Served by every cluster of this version or a later one, as nothing that is used here is a beta. */
const KUBERNETES_VERSION = "1.34.0";

export interface KubernetesSchemas {
  /** What the schemas refer to. */
  readonly definitions: Schema;
  /** Undefined for what Kubernetes does not know. */
  find(resource: { apiVersion: string; kind: string }): Promise<Schema | undefined>;
}

/** Undefined where there is no pip, or an old one. */
export async function fetchKubernetesSchemas(): Promise<KubernetesSchemas | undefined> {
  const tool = await fetchPythonTool("kubernetes-validate");
  if (tool === undefined) return undefined;
  const folder = join(
    tool,
    "kubernetes_validate",
    "kubernetes-json-schema",
    `v${KUBERNETES_VERSION}-local-strict`,
  );
  const read = async (name: string): Promise<Schema> =>
    JSON.parse(await Deno.readTextFile(join(folder, name)));
  return {
    definitions: await read("_definitions.json"),
    async find({ apiVersion, kind }) {
      try {
        const schema = await read(`${kind.toLowerCase()}-${shortened(apiVersion)}.json`);
        // Files of different groups may have the same name: a custom "Cluster" is none of Kubernetes' own.
        const kinds = schema["x-kubernetes-group-version-kind"] as {
          group: string;
          version: string;
          kind: string;
        }[];
        const isSame = kinds?.some((known) =>
          known.kind === kind &&
          apiVersion === (known.group ? `${known.group}/${known.version}` : known.version)
        );
        return isSame ? schema : undefined;
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
  };
}

/** `rbac.authorization.k8s.io/v1` is `rbac-v1` there. */
function shortened(apiVersion: string): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? group : `${group.split(".")[0]}-${version}`;
}
