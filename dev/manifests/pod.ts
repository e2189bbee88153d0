/** The parts of pods that policies read, and where in a manifest a pod's template lies. */
import { type Labels, type ManifestObject, nameOf } from "./manifest_object.ts";

export interface Workload {
  /** `Deployment/api`. */
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly labels: Labels;
  readonly pod: PodSpec;
  readonly spec: WorkloadSpec;
}

export interface WorkloadSpec {
  readonly replicas?: number;
  readonly serviceName?: string;
  readonly selector?: { readonly matchLabels?: Labels };
  readonly template?: { readonly metadata?: { readonly labels?: Labels }; readonly spec?: PodSpec };
  readonly jobTemplate?: { readonly spec?: WorkloadSpec };
  readonly volumeClaimTemplates?: readonly VolumeClaim[];
}

export interface VolumeClaim {
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } };
}

export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly topologySpreadConstraints?: readonly {
    readonly labelSelector?: { readonly matchLabels?: Labels };
    readonly matchLabelKeys?: readonly string[];
    readonly topologyKey?: string;
    readonly maxSkew?: number;
    readonly whenUnsatisfiable?: string;
  }[];
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly privileged?: boolean;
  readonly seccompProfile?: { readonly type?: string };
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name?: string; readonly optional?: boolean };
    readonly secretRef?: { readonly name?: string; readonly optional?: boolean };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly securityContext?: SecurityContext;
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds?: number } } };
}

export type Quantities = Readonly<Record<string, string | number>>;

export interface EnvVar {
  readonly name?: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: { readonly name?: string; readonly key?: string };
    readonly secretKeyRef?: { readonly name?: string; readonly key?: string };
  };
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port?: string | number };
}

export interface VolumeMount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly subPath?: string;
}

export interface VolumeSource {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key?: string; readonly path?: string }[];
}

export interface Volume {
  readonly name?: string;
  readonly secret?: VolumeSource;
  readonly configMap?: VolumeSource;
  readonly hostPath?: unknown;
  readonly persistentVolumeClaim?: { readonly claimName?: string };
  readonly projected?: {
    readonly sources?: readonly { readonly secret?: VolumeSource; readonly configMap?: VolumeSource }[];
  };
}

/** Everything that runs pods. */
export function workloadsOf(objects: readonly ManifestObject[]): Workload[] {
  return objects.filter(({ kind }) => /^(Deployment|StatefulSet|DaemonSet|Job|CronJob)$/.test(kind)).map(
    (object) => {
      const own = (object.spec ?? {}) as WorkloadSpec;
      const spec = object.kind === "CronJob" ? own.jobTemplate?.spec ?? {} : own;
      return {
        id: nameOf(object),
        name: object.metadata.name,
        kind: object.kind,
        namespace: object.metadata.namespace,
        labels: spec.template?.metadata?.labels ?? {},
        pod: spec.template?.spec ?? {},
        spec,
      };
    },
  );
}

export function containersOf({ pod }: Workload): Container[] {
  return [...pod.initContainers ?? [], ...pod.containers ?? []];
}

/** An image of this project: `cast`, whatever registry and tag. */
export function isOurs(container: Container): boolean {
  return /(^|\/)cast([:@]|$)/.test(container.image ?? "");
}

/** Whether labels are what a selector asks for; one that asks for nothing takes everything. */
export function matches(selector: LabelSelector | undefined, labels: Labels): boolean {
  const wanted = Object.entries(selector?.matchLabels ?? {});
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  return (selector?.matchExpressions ?? []).every(({ key = "", operator, values = [] }) => {
    if (operator === "Exists") return key in labels;
    if (operator === "DoesNotExist") return !(key in labels);
    const isIn = values.includes(labels[key] ?? "");
    return operator === "In" ? isIn : !isIn;
  });
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key?: string;
    readonly operator?: string;
    readonly values?: readonly string[];
  }[];
}
