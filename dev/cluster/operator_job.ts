/**
 * A command of the image, run once inside the cluster by a Job that is made from a CronJob's template. It is tried once,
 * whatever the template grants: a second `poll close` would undo an `open` that came in between.
 */
import { waitUntil } from "../stack/wait_until.ts";
import type { Kubectl } from "./kubectl.ts";

/** Pods have to be placed, and the image pulled, before their command begins; what runs out is ended by Kubernetes first. */
const GRACE_MS = 30_000;
/** Its log may be wanted again on the next day. */
const KEEP_SECONDS = 86_400;

interface Container {
  readonly name?: string;
  readonly args?: readonly string[];
}

export interface JobSpec {
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly template: { readonly spec: { readonly containers: readonly Container[] } };
}

interface Job {
  readonly spec: JobSpec;
  readonly status?: { readonly succeeded?: number; readonly failed?: number };
}

export interface JobRun {
  /** Completes the names of the Job's pods, and tells whose it is. */
  readonly prefix: string;
  /** The CronJob. */
  readonly template: string;
  /** Undefined: those of the template. */
  readonly args?: readonly string[];
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export interface JobEnd {
  readonly succeeded: boolean;
  readonly printed: string;
}

/** Resolves when the one try has ended, well or not. */
export async function runJob(kubectl: Kubectl, run: JobRun): Promise<JobEnd> {
  const { prefix, template, deadlineMs, signal } = run;
  const name = `${prefix}-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const from = ["create", "job", name, `--from=cronjob/${template}`, "--dry-run=client", "--output=json"];
  const job = JSON.parse(await kubectl.run(from)) as Job;
  await kubectl.run(["create", "--filename=-"], JSON.stringify({ ...job, spec: triedOnce(job.spec, run) }));
  let status: Job["status"];
  await waitUntil(async () => {
    [{ status } = { status: undefined }] = await kubectl.list<Pick<Job, "status">>(["job", name]);
    return (status?.succeeded ?? 0) + (status?.failed ?? 0) > 0;
  }, { what: `${name} has ended`, deadlineMs: deadlineMs + GRACE_MS, signal });
  const printed = await kubectl.run(["logs", `--selector=job-name=${name}`, "--tail=-1"]);
  return { succeeded: (status?.succeeded ?? 0) > 0, printed };
}

/** Exported for its test. */
export function triedOnce(
  spec: JobSpec,
  { args, deadlineMs }: Pick<JobRun, "args" | "deadlineMs">,
): JobSpec {
  const containers = spec.template.spec.containers.map((container) =>
    args === undefined ? container : { ...container, args: [...args] }
  );
  return {
    ...spec,
    backoffLimit: 0,
    activeDeadlineSeconds: Math.ceil(deadlineMs / 1_000),
    ttlSecondsAfterFinished: KEEP_SECONDS,
    template: { ...spec.template, spec: { ...spec.template.spec, containers } },
  };
}
