/** The overlays, found where they lie, so that none is forgotten. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ManifestObject, parseManifests } from "../manifest_object.ts";
import type { Kustomize } from "./kustomize.ts";

export const K8S_FOLDER = fileURLToPath(new URL("../../../k8s", import.meta.url));

export interface Overlay {
  readonly name: string;
  readonly objects: readonly ManifestObject[];
}

/** Names, in order. */
export async function listOverlays(k8s: string = K8S_FOLDER): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(k8s, "overlays")));
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).toSorted();
}

/** Throws on what cannot be rendered or is not made of objects of Kubernetes. */
export async function renderOverlay(
  name: string,
  { kustomize, k8s = K8S_FOLDER }: { kustomize: Kustomize; k8s?: string },
): Promise<Overlay> {
  return { name, objects: parseManifests(await kustomize.render(join(k8s, "overlays", name))) };
}
