/**
 * `deno task operate <command>`: runs a command of the image inside the cluster, as the operator, such as
 * `verify --repair`, `poll status` or `dead-letters list`; shows what it prints and ends with its outcome.
 */
import { launch } from "../stack/launcher.ts";
import { SetupError } from "../stack/setup_error.ts";
import { createKubectl } from "./kubectl.ts";
import { runJob } from "./operator_job.ts";

const NAMESPACE = "cast";
/** The CronJob whose pods reach the stores that the command needs. */
const TEMPLATES: Readonly<Record<string, string>> = {
  "verify": "verify",
  "poll": "verify",
  "dead-letters": "dead-letters",
};
const END_DEADLINE_MS = 3_600_000;

async function main(stopping: AbortSignal): Promise<number> {
  const [command = ""] = Deno.args;
  const template = TEMPLATES[command];
  if (template === undefined) {
    throw new SetupError(`Usage: deno task operate ${Object.keys(TEMPLATES).join("|")} [arguments]`);
  }
  const kubectl = createKubectl({ namespace: NAMESPACE });
  const { succeeded, printed } = await runJob(kubectl, {
    ...{ prefix: "operator", template, args: Deno.args },
    ...{ deadlineMs: END_DEADLINE_MS, signal: stopping },
  });
  console.log(printed);
  return succeeded ? 0 : 1;
}

if (import.meta.main) await launch(main);
