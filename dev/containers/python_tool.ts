/** Command-line tools from PyPI, pinned in the file `<name>.txt` beside this one and fetched once under `.cast/`. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCheckout } from "../stack/checkout.ts";
import { fetchOnce } from "../stack/fetch_once.ts";
import { runClient } from "../stack/run_client.ts";
import type { StepOutcome } from "../gate/step.ts";

/** The oldest that the pinned tools run on. */
const PYTHON_MINOR_MIN = 11;
const INSTALL = `install Python 3.${PYTHON_MINOR_MIN} or later with pip`;

export const PIP_MISSING: StepOutcome = {
  kind: "skipped",
  reason: `pip of Python 3.${PYTHON_MINOR_MIN} or later missing`,
};

/** Answers with the folder that the tool lies in; undefined where there is no pip, or an old one. */
export async function fetchPythonTool(name: string): Promise<string | undefined> {
  const python = await pythonVersion();
  if (python === undefined) return undefined;
  const requirements = fileURLToPath(new URL(`./${name}.txt`, import.meta.url));
  const list = await Deno.readFile(requirements);
  const version = createHash("sha256").update(list).digest("hex").slice(0, 12);
  return await fetchOnce({
    // What is compiled fits one version of Python only.
    folder: join(createCheckout().fetched, `${name}-${version}-python-${python}`),
    onStart: () => console.error(`fetching ${name} with pip (once)`),
    fill: async (part) => {
      await runClient("python3", {
        action: `Fetch ${name}`,
        args: [
          ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"],
          ...["--only-binary=:all:", "--no-deps", "--target", part, "--requirement", requirements],
        ],
        install: INSTALL,
      });
    },
  });
}

/** Undefined when Python or its pip is not there, or too old. */
async function pythonVersion(): Promise<string | undefined> {
  const printed = await runClient("python3", {
    action: "Look for pip",
    args: ["-m", "pip", "--version"],
    install: INSTALL,
  }).catch(() => "");
  const minor = Number(/\(python 3\.(\d+)\)/.exec(printed)?.[1]);
  return minor >= PYTHON_MINOR_MIN ? `3.${minor}` : undefined;
}
