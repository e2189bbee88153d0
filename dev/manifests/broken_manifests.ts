/** Every broken manifest. */
import type { BrokenManifest } from "./broken/broken_manifest.ts";
import { BROKEN_NETWORK } from "./broken/broken_network.ts";
import { BROKEN_PODS } from "./broken/broken_pods.ts";
import { BROKEN_PROGRAMS } from "./broken/broken_programs.ts";
import { BROKEN_STORES } from "./broken/broken_stores.ts";

export const BROKEN_MANIFESTS: readonly BrokenManifest[] = [
  ...BROKEN_PROGRAMS,
  ...BROKEN_NETWORK,
  ...BROKEN_PODS,
  ...BROKEN_STORES,
];
