/**
 * A namespace belongs to the overlay that was deployed there first, which its label tells. Another one would replace its
 * secrets and put empty stores in the place of those that hold votes.
 */
import { SetupError } from "../stack/setup_error.ts";
import type { Kubectl } from "./kubectl.ts";

const LABEL = "cast/overlay";
/** What nobody wants to see replaced; a new namespace has none of them. */
const KINDS = "deployments,statefulsets,secrets,persistentvolumeclaims";

interface Namespace {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

export async function refuseOtherOverlay(kubectl: Kubectl, overlay: string): Promise<void> {
  const { namespace } = kubectl;
  const [there] = await kubectl.list<Namespace>(["namespace", namespace]);
  if (!there) return;
  const owner = there.metadata.labels?.[LABEL];
  if (owner === overlay) return;
  const remedy = `if you mean it, kubectl label --overwrite namespace ${namespace} ${LABEL}=${overlay}`;
  if (owner !== undefined) {
    throw new SetupError(
      `Deploy "${overlay}": the namespace "${namespace}" is that of the overlay "${owner}"; give --overlay ${owner}, or ${remedy}`,
    );
  }
  // Whoever brings an overlay by other means has no label; the local one alone is brought with secrets of its own.
  if (overlay === "local" && (await kubectl.list([KINDS])).length > 0) {
    throw new SetupError(
      `Deploy "${overlay}": the namespace "${namespace}" holds what is nobody knows whose; give --overlay NAME, or ${remedy}`,
    );
  }
}

export async function claimNamespace(kubectl: Kubectl, overlay: string): Promise<void> {
  await kubectl.run(["label", "--overwrite", "namespace", kubectl.namespace, `${LABEL}=${overlay}`]);
}
