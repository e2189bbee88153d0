/** A policy: what CAST asks of its manifests beyond what Kubernetes asks. A pure function, so that broken ones can be shown to it. */
import type { OverlaySecrets } from "./given_secrets.ts";
import type { ManifestObject } from "./manifest_object.ts";
import type { ProgramSpec } from "./program_spec.ts";

export interface PolicyContext {
  /** The folder's name under `k8s/overlays`. */
  readonly overlay: string;
  /** By the argument that starts them. */
  readonly programs: Readonly<Record<string, ProgramSpec>>;
  readonly secrets: OverlaySecrets;
  /** The paths that the operations port serves. */
  readonly opsPaths: ReadonlySet<string>;
  /** The longest that a program takes to stop, once it has drained. */
  readonly stopMsMax: number;
}

/** Answers with what is wrong, a line each that names the object. */
export type Check = (objects: readonly ManifestObject[], context: PolicyContext) => string[];
