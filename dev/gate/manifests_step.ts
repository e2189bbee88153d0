/** The gate's look at the manifests of Kubernetes: every overlay, by every tool and policy, and what each must refuse. */
import { BROKEN_MANIFESTS } from "../manifests/broken_manifests.ts";
import { BROKEN_RENDERS } from "../manifests/broken/broken_renders.ts";
import { checkManifests } from "../manifests/check_manifests.ts";
import { fetchManifestTools } from "../manifests/tools.ts";
import type { Step } from "./step.ts";

export function manifestsStep({ javaHome }: { javaHome: string | undefined }): Step {
  return {
    name: "manifests",
    async run() {
      const tools = await fetchManifestTools({ javaHome });
      if (typeof tools === "string") return { kind: "skipped", reason: tools };
      const { passed, failed, skipped } = await checkManifests({
        tools,
        broken: BROKEN_MANIFESTS,
        brokenRenders: BROKEN_RENDERS,
        write: (line) => console.log(line),
      });
      return failed > 0 || passed === 0
        ? { kind: "failed", passed, failed: Math.max(failed, 1), skipped }
        : { kind: "passed", passed, skipped };
    },
  };
}
