/** Brings one overlay to a cluster: image, secrets, manifests; then waits until every copy of every program is ready. */
import { SetupError } from "../stack/setup_error.ts";
import { waitUntil } from "../stack/wait_until.ts";
import type { DeployArguments } from "./arguments.ts";
import { buildImage, currentContext, guessLoad, loadImage, namesRegistry } from "./image.ts";
import type { Kubectl } from "./kubectl.ts";
import { refuseExamples } from "./left_examples.ts";
import { claimNamespace, refuseOtherOverlay } from "./overlay_claim.ts";
import { programImages, withImage } from "./program_image.ts";
import { ensureSecrets } from "./secrets.ts";

/** As an overlay names the image that is to be built. */
const PLACEHOLDER = "cast:local";
const REPOSITORY = "cast";
/** Stands for the image that is not built yet. */
const TO_BE_BUILT = "cast:to-be-built";
const ROLLOUT_SECONDS = 600;
/** More than the activeDeadlineSeconds of `prepare`, which says by itself that it has failed. */
const PREPARE_DEADLINE_MS = 960_000;
const SHOWN_LINES = 10;

export interface DeployOptions extends DeployArguments {
  readonly kubectl: Kubectl;
  readonly tell: (line: string) => void;
}

export async function deploy(options: DeployOptions): Promise<void> {
  const { kubectl, overlay, tell } = options;
  const rendered = await kubectl.run(["kustomize", `overlays/${overlay}`]);
  // Before the build: what is wrong should not come out after minutes.
  const known = options.image ?? (isBuilt(rendered, options) ? TO_BE_BUILT : undefined);
  refuseExamples(overlay, known === undefined ? rendered : withImage(rendered, known));
  await refuseOtherOverlay(kubectl, overlay);
  const image = known === TO_BE_BUILT ? await buildAndLoad(options) : known;
  await kubectl.run(["apply", "--filename=base/namespace.yaml"]);
  await claimNamespace(kubectl, overlay);
  if (overlay === "local") await ensureSecrets(kubectl);
  // A Job cannot be changed.
  await kubectl.run(["delete", "job", "prepare", "--ignore-not-found"]);
  await kubectl.run(["apply", "--filename=-"], image === undefined ? rendered : withImage(rendered, image));
  tell(`applied k8s/overlays/${overlay}`);
  await whenReady(kubectl, tell);
}

/** An overlay that names an image of its own keeps it, unless somebody says what is to be built, or whereto. */
function isBuilt(rendered: string, { load, repository }: DeployArguments): boolean {
  return load !== undefined || repository !== undefined || programImages(rendered).includes(PLACEHOLDER);
}

async function buildAndLoad({ load, repository = REPOSITORY, tell }: DeployOptions): Promise<string> {
  const how = load ?? (namesRegistry(repository) ? "push" : guessLoad(await currentContext()));
  const built = await buildImage({ repository });
  tell(`built ${built}`);
  await loadImage(built, how);
  return built;
}

/** Resolves when each Deployment and StatefulSet runs what it was last told to, and `prepare` is done. */
async function whenReady(kubectl: Kubectl, tell: (line: string) => void): Promise<void> {
  for (const workload of await workloads(kubectl, "statefulsets")) {
    await whenRolledOut(kubectl, workload);
    tell(`ready: ${workload}`);
  }
  await whenPrepared(kubectl);
  tell("ready: tables, rights and topics");
  for (const workload of await workloads(kubectl, "deployments")) {
    await whenRolledOut(kubectl, workload);
    tell(`ready: ${workload}`);
  }
}

export async function whenRolledOut(kubectl: Kubectl, workload: string): Promise<void> {
  await kubectl.run(["rollout", "status", workload, `--timeout=${ROLLOUT_SECONDS}s`]);
}

interface Job {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Throws at once when the Job has given up. Exported for its test. */
export async function whenPrepared(kubectl: Kubectl): Promise<void> {
  await waitUntil(async () => {
    const [job] = await kubectl.list<Job>(["job", "prepare"]);
    const met = job?.status?.conditions?.filter(({ status }) => status === "True").map(({ type }) => type);
    if (met?.includes("Failed")) {
      const logs = ["logs", "--selector=job-name=prepare", `--tail=${SHOWN_LINES}`];
      const said = await kubectl.run(logs).catch(String);
      throw new SetupError(
        `Prepare tables, rights and topics: the Job "prepare" has failed, and said\n${said}`,
      );
    }
    return met?.includes("Complete") ?? false;
  }, { what: "the tables, rights and topics are there", deadlineMs: PREPARE_DEADLINE_MS });
}

async function workloads(kubectl: Kubectl, kind: string): Promise<string[]> {
  const found = await kubectl.list<{ metadata: { name: string } }>([kind]);
  return found.map(({ metadata }) => `${kind.slice(0, -1)}/${metadata.name}`);
}
