/** kubectl, as whoever KUBECONFIG says: the only way in which the deployment and its test speak to a cluster. */
import { fileURLToPath } from "node:url";
import { runClient } from "../stack/run_client.ts";

/** Where the manifests lie. */
const K8S_FOLDER = fileURLToPath(new URL("../../k8s/", import.meta.url));
/** An API server that a small machine starves of processor answers late; one that is away never does. */
const REQUEST_TIMEOUT = "--request-timeout=60s";

export interface Kubectl {
  readonly namespace: string;
  /** Runs `kubectl <args>` in the namespace and answers with what it printed. */
  run(args: readonly string[], stdin?: string): Promise<string>;
  /** The objects that `kubectl get <args>` finds; none where there is nothing, the namespace included. */
  list<T>(args: readonly string[]): Promise<T[]>;
  /** Makes or changes a Secret; what it holds is written nowhere else. */
  applySecret(name: string, content: Readonly<Record<string, string>>): Promise<void>;
}

export function createKubectl({ namespace }: { namespace: string }): Kubectl {
  const run = (args: readonly string[], stdin?: string) =>
    runClient("kubectl", {
      action: `Run "kubectl ${args.join(" ")}"`,
      args: ["--namespace", namespace, ...args],
      install: "install kubectl, and let KUBECONFIG name a cluster",
      workingFolder: K8S_FOLDER,
      ...(stdin === undefined ? {} : { stdin }),
    });
  return {
    namespace,
    run,
    async list<T>(args: readonly string[]) {
      const printed = await run(["get", REQUEST_TIMEOUT, "--ignore-not-found", "--output=json", ...args]);
      if (printed === "") return [];
      const found = JSON.parse(printed) as T & { items?: T[] };
      return found.items ?? [found];
    },
    async applySecret(name, content) {
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData: content };
      // Applied by the client, it would be written into an annotation of itself.
      const how = ["--server-side", "--force-conflicts", "--field-manager=cast-deploy"];
      await run(["apply", REQUEST_TIMEOUT, ...how, "--filename=-"], JSON.stringify(secret));
    },
  };
}
