/** Brings one overlay to a cluster: image, secrets, manifests; then waits until every copy of every program is ready. */
import type { DeployArguments } from "./arguments.ts";
import { buildImage, currentContext, guessLoad, loadImage } from "./image.ts";
import type { Kubectl } from "./kubectl.ts";
import { ensureSecrets } from "./secrets.ts";

/** As an overlay names the image that is to be put in its place. */
const PLACEHOLDER = /(?<=\bimage: )cast:local$/m;
const ROLLOUT_SECONDS = 600;

export interface DeployOptions extends DeployArguments {
  readonly kubectl: Kubectl;
  readonly tell: (line: string) => void;
}

export async function deploy(options: DeployOptions): Promise<void> {
  const { kubectl, overlay, tell } = options;
  const rendered = await kubectl.run(["kustomize", `overlays/${overlay}`]);
  // Where votes count, the overlay names an image and its digest.
  const manifests = PLACEHOLDER.test(rendered) ? withImage(rendered, await imageFor(options)) : rendered;
  await kubectl.run(["apply", "--filename=base/namespace.yaml"]);
  if (overlay === "local") await ensureSecrets(kubectl);
  // A Job cannot be changed.
  await kubectl.run(["delete", "job", "prepare", "--ignore-not-found"]);
  await kubectl.run(["apply", "--filename=-"], manifests);
  tell(`applied k8s/overlays/${overlay}`);
  await whenReady(kubectl, tell);
}

/** Exported for its test. */
export function withImage(rendered: string, image: string): string {
  return rendered.replaceAll(new RegExp(PLACEHOLDER, "gm"), () => image);
}

/** Resolves when each Deployment and StatefulSet runs what it was last told to, and `prepare` is done. */
export async function whenReady(kubectl: Kubectl, tell: (line: string) => void): Promise<void> {
  for (const workload of await workloads(kubectl, "statefulsets")) {
    await whenRolledOut(kubectl, workload);
    tell(`ready: ${workload}`);
  }
  await kubectl.run(["wait", "job/prepare", "--for=condition=complete", `--timeout=${ROLLOUT_SECONDS}s`]);
  tell("ready: tables, rights and topics");
  for (const workload of await workloads(kubectl, "deployments")) {
    await whenRolledOut(kubectl, workload);
    tell(`ready: ${workload}`);
  }
}

export async function whenRolledOut(kubectl: Kubectl, workload: string): Promise<void> {
  await kubectl.run(["rollout", "status", workload, `--timeout=${ROLLOUT_SECONDS}s`]);
}

async function imageFor({ image, load, repository, tell }: DeployOptions): Promise<string> {
  if (image !== undefined) return image;
  // Before the build: what is missing should not come out after minutes.
  const how = load ?? guessLoad(await currentContext());
  const built = await buildImage({ repository });
  tell(`built ${built}`);
  await loadImage(built, how);
  return built;
}

async function workloads(kubectl: Kubectl, kind: string): Promise<string[]> {
  const found = await kubectl.list<{ metadata: { name: string } }>([kind]);
  return found.map(({ metadata }) => `${kind.slice(0, -1)}/${metadata.name}`);
}
