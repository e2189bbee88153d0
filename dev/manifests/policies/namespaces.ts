/** Everything lies in one namespace, which lets in none but restricted pods. */
import { type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import type { Check } from "../policy.ts";

const CLUSTER_WIDE =
  /^(Namespace|ClusterRole|ClusterRoleBinding|PriorityClass|StorageClass|CustomResourceDefinition)$/;
const MODES = ["enforce", "audit", "warn"];

export const checkNamespaces: Check = (objects) => {
  const namespaces = ofKind(objects, "Namespace");
  const names = namespaces.map(({ metadata }) => metadata.name);
  return [
    ...(names.length === 1 ? [] : [`has ${names.length} namespaces, wanted one`]),
    ...namespaces.flatMap((namespace) =>
      MODES.map((mode) => `pod-security.kubernetes.io/${mode}`).filter((label) =>
        namespace.metadata.labels?.[label] !== "restricted"
      ).map((label) => `${nameOf(namespace)}: ${label} is not "restricted"`)
    ),
    ...objects.filter(({ kind, metadata }) =>
      !CLUSTER_WIDE.test(kind) && !names.includes(metadata.namespace ?? "")
    ).map(
      (object) => `${nameOf(object)}: lies in ${object.metadata.namespace ?? "no namespace"}`,
    ),
    ...doubles(objects),
  ];
};

function doubles(objects: readonly ManifestObject[]): string[] {
  const names = objects.map(nameOf);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) =>
    `${name}: is there twice`
  );
}
