/** Components that no overlay takes, for whoever wants them: each is checked on top of the overlay for production. */
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { changeFile, withK8sCopy } from "./k8s_copy.ts";
import type { Kustomize } from "./kustomize.ts";
import { K8S_FOLDER, listOverlays, type Overlay, renderOverlay } from "./overlays.ts";

/** The overlay that an optional component is put on. */
const BASE = "production";

interface Kustomization {
  readonly components?: readonly string[];
}

/** Names, in order. */
export async function findOptionalComponents(k8s: string = K8S_FOLDER): Promise<string[]> {
  const used = new Set<string>();
  for (const overlay of await listOverlays(k8s)) {
    const folder = join(k8s, "overlays", overlay);
    const { components = [] }: Kustomization = parse(
      await Deno.readTextFile(join(folder, "kustomization.yaml")),
    );
    components.forEach((component) => used.add(join(folder, component)));
  }
  const entries = await Array.fromAsync(Deno.readDir(join(k8s, "components")));
  return entries.filter(({ isDirectory, name }) => isDirectory && !used.has(join(k8s, "components", name)))
    .map(({ name }) => name).toSorted();
}

/** Answers with an overlay named `production+<component>`. */
export async function renderOptionalComponent(component: string, kustomize: Kustomize): Promise<Overlay> {
  return await withK8sCopy(async (k8s) => {
    await changeFile(join(k8s, "overlays", BASE, "kustomization.yaml"), (text) => {
      const kustomization: Kustomization = parse(text);
      return stringify({
        ...kustomization,
        components: [...kustomization.components ?? [], `../../components/${component}`],
      });
    });
    const { objects } = await renderOverlay(BASE, { kustomize, k8s });
    return { name: `${BASE}+${component}`, objects };
  });
}
