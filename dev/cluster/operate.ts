/**
 * `deno task operate <command>`: runs a command of the image inside the cluster, as the operator, such as
 * `verify --repair`, `poll status` or `dead-letters list`; shows what it prints and ends with its outcome.
 */
import { launch } from "../stack/launcher.ts";
import { SetupError } from "../stack/setup_error.ts";
import { waitUntil } from "../stack/wait_until.ts";
import { createKubectl } from "./kubectl.ts";

const NAMESPACE = "cast";
/** The CronJob whose pods reach the stores that the command needs. */
const TEMPLATES: Readonly<Record<string, string>> = {
  "verify": "verify",
  "poll": "verify",
  "dead-letters": "dead-letters",
};
const END_DEADLINE_MS = 3_600_000;

interface Job {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: { args: string[] }[] } };
  };
  readonly status?: { readonly succeeded?: number; readonly failed?: number };
}

async function main(stopping: AbortSignal): Promise<number> {
  const [command = ""] = Deno.args;
  const template = TEMPLATES[command];
  if (template === undefined) {
    throw new SetupError(`Usage: deno task operate ${Object.keys(TEMPLATES).join("|")} [arguments]`);
  }
  const kubectl = createKubectl({ namespace: NAMESPACE });
  const name = `operator-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const from = ["create", "job", name, `--from=cronjob/${template}`, "--dry-run=client", "--output=json"];
  const job = JSON.parse(await kubectl.run(from)) as Job;
  for (const container of job.spec.template.spec.containers) container.args = [...Deno.args];
  await kubectl.run(["create", "--filename=-"], JSON.stringify(job));
  let status: Job["status"];
  await waitUntil(async () => {
    [{ status } = { status: undefined }] = await kubectl.list<Pick<Job, "status">>(["job", name]);
    return (status?.succeeded ?? 0) + (status?.failed ?? 0) > 0;
  }, { what: `${command} has ended`, deadlineMs: END_DEADLINE_MS, signal: stopping });
  console.log(await kubectl.run(["logs", `--selector=job-name=${name}`, "--tail=-1"]));
  return status?.succeeded ? 0 : 1;
}

if (import.meta.main) await launch(main);
