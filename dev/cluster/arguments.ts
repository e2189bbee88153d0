/** The arguments of `deno task deploy` and `deno task test:cluster`. */
import { parseArgs } from "node:util";
import { SetupError } from "../stack/setup_error.ts";
import type { ImageLoad } from "./image.ts";

export const DEPLOY_USAGE =
  `Usage: deno task deploy [--overlay NAME] [--image NAME] [--load HOW] [--repository NAME]

Builds the image, brings it to the cluster of KUBECONFIG, applies k8s/overlays/NAME and waits until all is ready. An
overlay that names an image of its own keeps it, unless --repository, --load or --image says otherwise.

  --overlay NAME     the folder below k8s/overlays (local)
  --repository NAME  what the image is called, without a tag (cast); one that begins with a host is pushed there
  --load HOW         kind, minikube, push, none, or a command that is given the image's name; else the context tells
  --image NAME       an image that is where the cluster finds it: nothing is built or loaded`;

export const TEST_USAGE = `Usage: deno task test:cluster [--load HOW] [--image NAME] [--api URL] [--keep]

Deploys the local overlay, votes while pods are killed and rolled, and compares what voters were told with the ledger.

  --load HOW, --image NAME   as deno task deploy has them
  --api URL                  where to vote; else port 30000 of the first node
  --keep                     leaves all in the cluster`;

export interface DeployArguments {
  readonly overlay: string;
  /** Undefined: that of the overlay, or "cast" where it leaves that open. */
  readonly repository: string | undefined;
  readonly image: string | undefined;
  /** Undefined: guess. */
  readonly load: ImageLoad | undefined;
}

export interface TestArguments extends DeployArguments {
  readonly api: string | undefined;
  readonly keep: boolean;
}

const COMMON = { load: { type: "string" }, image: { type: "string" }, help: { type: "boolean" } } as const;

/** Undefined when help is wanted. */
export function parseDeployArguments(args: string[]): DeployArguments | undefined {
  const { help, load, image, overlay = "local", repository } = parse(args, {
    usage: DEPLOY_USAGE,
    options: { ...COMMON, overlay: { type: "string" }, repository: { type: "string" } },
  });
  if (!/^[a-z0-9-]+$/.test(overlay)) {
    throw new SetupError(`Give --overlay the name of a folder: got "${overlay}"`);
  }
  return help ? undefined : { overlay, repository, image, load: parseLoad(load) };
}

export function parseTestArguments(args: string[]): TestArguments | undefined {
  const { help, load, image, api, keep = false } = parse(args, {
    usage: TEST_USAGE,
    options: { ...COMMON, api: { type: "string" }, keep: { type: "boolean" } },
  });
  if (api !== undefined && !URL.canParse(api)) throw new SetupError(`Give --api a URL: got "${api}"`);
  return help
    ? undefined
    : { overlay: "local", repository: undefined, image, load: parseLoad(load), api, keep };
}

function parseLoad(load: string | undefined): ImageLoad | undefined {
  if (load === "kind" || load === "minikube" || load === "push" || load === "none") return load;
  const words = load?.split(/\s+/).filter((word) => word !== "");
  if (words?.length === 0) throw new SetupError("Give --load a word or a command: got nothing");
  return words;
}

type Options = Record<string, { type: "string" | "boolean" }>;

function parse<O extends Options>(args: string[], { usage, options }: { usage: string; options: O }) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new SetupError(`Read the arguments: ${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
