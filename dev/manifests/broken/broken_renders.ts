/** Faults in what the manifests are made from: kustomize must refuse them before anybody looks at an object. */
import { join } from "node:path";
import { changeFile, withK8sCopy } from "../render/k8s_copy.ts";
import type { Kustomize } from "../render/kustomize.ts";
import { renderOverlay } from "../render/overlays.ts";

export interface BrokenRender {
  readonly fault: string;
  readonly overlay: string;
  /** Below `k8s/`. */
  readonly file: string;
  readonly change: (text: string) => string;
}

export const BROKEN_RENDERS: readonly BrokenRender[] = [
  {
    fault: "a component that is not there",
    overlay: "local",
    file: "overlays/local/kustomization.yaml",
    change: (text) => text.replace("components/redis", "components/rediss"),
  },
  {
    fault: "a file that is not there",
    overlay: "production",
    file: "base/kustomization.yaml",
    change: (text) => text.replace("- api.yaml", "- apis.yaml"),
  },
  {
    fault: "a misspelt field of kustomize",
    overlay: "production",
    file: "overlays/production/kustomization.yaml",
    change: (text) => text.replace("patches:", "patchs:"),
  },
  {
    fault: "a patch of what is not there",
    overlay: "local",
    file: "overlays/local/redis.yaml",
    change: (text) => text.replace("name: redis", "name: valkey"),
  },
];

/** Answers with what kustomize said, undefined when it rendered what it should have refused. */
export async function renderBroken(
  { overlay, file, change }: BrokenRender,
  kustomize: Kustomize,
): Promise<string | undefined> {
  return await withK8sCopy(async (k8s) => {
    await changeFile(join(k8s, file), change);
    return await renderOverlay(overlay, { kustomize, k8s }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  });
}
