/** Where the API of the local overlay answers: a port of every node, which some clusters bring to this machine's loopback. */
import { LOOPBACK } from "../stack/ports.ts";
import type { Kubectl } from "./kubectl.ts";

interface Node {
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

interface Service {
  readonly spec: { readonly ports: readonly { readonly nodePort?: number }[] };
}

const ANSWER_DEADLINE_MS = 3_000;

/** Undefined where the API has no port of the nodes, or none that is reached from here: then an ingress leads to it. */
export async function findApi(kubectl: Kubectl): Promise<string | undefined> {
  const [service] = await kubectl.list<Service>(["service", "api"]);
  const port = service?.spec.ports[0]?.nodePort;
  if (port === undefined) return undefined;
  const nodes = await kubectl.list<Node>(["nodes"]);
  const hosts = nodes.flatMap(({ status }) => status.addresses)
    .filter(({ type }) => type === "InternalIP" || type === "ExternalIP")
    .map(({ address }) => address.includes(":") ? `[${address}]` : address);
  for (const host of [...hosts, LOOPBACK]) {
    const url = `http://${host}:${port}/graphql`;
    if (await answers(url)) return url;
  }
  return undefined;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
