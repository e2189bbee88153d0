/** `deno task manifests`: judges every overlay of k8s/ without a cluster. The gate does the same. Exit code 1 on any fault. */
import { manifestsStep } from "../gate/manifests_step.ts";

const outcome = await manifestsStep({ javaHome: Deno.env.get("JAVA_HOME") }).run();
console.log(JSON.stringify(outcome));
Deno.exit(outcome.kind === "failed" ? 1 : 0);
