/** The image: built by Docker or Podman, named by what it holds, and brought to where the cluster finds it. */
import { fileURLToPath } from "node:url";
import { findTool } from "../stack/find_tool.ts";
import { runClient } from "../stack/run_client.ts";
import { SetupError } from "../stack/setup_error.ts";

const ROOT_FOLDER = fileURLToPath(new URL("../../", import.meta.url));
const TAG_CHARACTERS = 12;
/** What Docker and Kubernetes read into a name without a host; Podman wants it said. */
const LIBRARY = "docker.io/library/";

/** How the image comes to the cluster: a word, or a command that is given the image's name. */
export type ImageLoad = "kind" | "minikube" | "push" | "none" | readonly string[];

/** Builds the image and returns its name, whose tag changes with what it holds, so that a rollout follows. */
export async function buildImage({ repository }: { repository: string }): Promise<string> {
  const engine = findEngine();
  const name = fullName(repository);
  await engine(["build", "--tag", `${name}:latest`, "."]);
  const id = await engine(["image", "inspect", "--format", "{{.Id}}", `${name}:latest`]);
  const image = `${name}:${id.replace(/^sha256:/, "").slice(0, TAG_CHARACTERS)}`;
  await engine(["tag", `${name}:latest`, image]);
  return image;
}

export async function loadImage(image: string, load: ImageLoad): Promise<void> {
  if (load === "none") return;
  if (load === "push") return void await findEngine()(["push", image]);
  const [command, ...args] = load === "kind"
    ? ["kind", "load", "docker-image", ...await kindCluster()]
    : load === "minikube"
    ? ["minikube", "image", "load"]
    : load;
  await runClient(command ?? "", {
    action: `Load the image ${image}`,
    args: [...args, image],
    install: `install ${command}, or say how to load an image: --load kind|minikube|push|none|"COMMAND"`,
  });
}

/** What the context of kubectl tells: kind and minikube give theirs a name, engines with a cluster share their images. */
export function guessLoad(context: string): ImageLoad {
  if (context.startsWith("kind-")) return "kind";
  if (context === "minikube") return "minikube";
  if (["docker-desktop", "rancher-desktop", "orbstack", "colima"].includes(context)) return "none";
  throw new SetupError(
    `Load the image: the context "${context}" does not tell how; give --load kind|minikube|push|none|"COMMAND"`,
  );
}

/** Whether a repository lies where nodes can fetch from: its first part is a host. */
export function namesRegistry(repository: string): boolean {
  return /^(?:localhost|[^/]*[.:][^/]*)\//.test(repository);
}

export async function currentContext(): Promise<string> {
  const args = ["config", "current-context"];
  return await runClient("kubectl", { action: "Read the context", args, install: "install kubectl" });
}

async function kindCluster(): Promise<string[]> {
  const context = await currentContext();
  return context.startsWith("kind-") ? ["--name", context.slice("kind-".length)] : [];
}

function fullName(repository: string): string {
  return repository.includes("/") ? repository : `${LIBRARY}${repository}`;
}

function findEngine(): (args: readonly string[]) => Promise<string> {
  const path = Deno.env.get("PATH") ?? "";
  const engine = ["docker", "podman"].find((name) => findTool(name, path) !== undefined);
  if (engine === undefined) throw new SetupError("Build the image: install Docker or Podman");
  return (args) =>
    runClient(engine, {
      action: `Run "${engine} ${args.join(" ")}"`,
      args: [...args],
      install: `install ${engine}`,
      workingFolder: ROOT_FOLDER,
    });
}
