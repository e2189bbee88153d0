/** Kustomize in one version, whatever kubectl brings: what is checked is what is applied. */
import { join } from "node:path";
import { createCheckout } from "../../stack/checkout.ts";
import { fetchOnce } from "../../stack/fetch_once.ts";
import { runClient } from "../../stack/run_client.ts";
import { go } from "./go_tool.ts";

const VERSION = "v5.8.1";
const PACKAGE = "sigs.k8s.io/kustomize/kustomize/v5";

export interface Kustomize {
  /** Answers with the manifests of a folder; throws with what kustomize says. */
  render(folder: string): Promise<string>;
}

/** Builds it once; Go checks what it downloads against its checksum database. */
export async function fetchKustomize(): Promise<Kustomize> {
  const folder = await fetchOnce({
    folder: join(createCheckout().fetched, `kustomize-${VERSION}`),
    onStart: () => console.error("building kustomize with Go (once, a minute or two)"),
    fill: async (part) => {
      const environment = { GOBIN: part, CGO_ENABLED: "0", GOFLAGS: "-trimpath" };
      await go(["install", `${PACKAGE}@${VERSION}`], { action: "Build kustomize", environment });
    },
  });
  return {
    render: (target) =>
      runClient(join(folder, "kustomize"), {
        action: `Render "${target}"`,
        args: ["build", target],
        install: "remove .cast/fetched and try again",
      }),
  };
}
