/** Go, where the machine has it: it builds kustomize and brings the schemas that Go projects publish. */
import { runClient } from "../../stack/run_client.ts";
import { SetupError } from "../../stack/setup_error.ts";

/** Kustomize asks for it. */
const GO_MINOR_MIN = 24;
const INSTALL = `install Go 1.${GO_MINOR_MIN} or later`;

export async function hasGo(): Promise<boolean> {
  const printed = await go(["env", "GOVERSION"], { action: "Look for Go" }).catch(() => "");
  return Number(/^go1\.(\d+)/.exec(printed)?.[1]) >= GO_MINOR_MIN;
}

export async function go(
  args: string[],
  { action, environment = {} }: { action: string; environment?: Record<string, string> },
): Promise<string> {
  return await runClient("go", { action, args, install: INSTALL, environment });
}

/** Answers with the folder of a module. Refuses other contents than those of the given checksum, as go.sum would. */
export async function downloadModule(
  { module, version, sum }: { module: string; version: string; sum: string },
): Promise<string> {
  const action = `Fetch ${module}@${version}`;
  const { Dir, Sum } = JSON.parse(await go(["mod", "download", "-json", `${module}@${version}`], { action }));
  if (Sum !== sum) throw new SetupError(`${action}: its checksum is ${Sum}, want ${sum}`);
  return Dir;
}
