/** The custom resources of operators that are written in Go, from the modules that they publish. */
import { join } from "node:path";
import { createCheckout } from "../../stack/checkout.ts";
import { fetchOnce } from "../../stack/fetch_once.ts";
import { downloadModule } from "../render/go_tool.ts";

const MODULES = [
  {
    module: "github.com/cert-manager/cert-manager",
    version: "v1.21.2",
    sum: "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
    files: ["deploy/crds/cert-manager.io_certificates.yaml", "deploy/crds/cert-manager.io_issuers.yaml"],
  },
  {
    module: "github.com/external-secrets/external-secrets",
    version: "v1.3.2",
    sum: "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
    files: ["config/crds/bases/external-secrets.io_externalsecrets.yaml"],
  },
  {
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "v0.85.0",
    sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
    files: ["podmonitors", "servicemonitors", "prometheusrules"].map((name) =>
      `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`
    ),
  },
];

/** Answers with the texts of the definitions. */
export async function fetchGoDefinitions(): Promise<string[]> {
  const folders = await Promise.all(MODULES.map(async ({ files, ...module }) => {
    const name = `${module.module.split("/").at(-1)}-crds-${module.version}`;
    const folder = await fetchOnce({
      folder: join(createCheckout().fetched, name),
      onStart: () => console.error(`fetching ${name} with Go (once)`),
      fill: async (part) => {
        const source = await downloadModule(module);
        for (const file of files) await Deno.copyFile(join(source, file), join(part, fileName(file)));
      },
    });
    return files.map((file) => join(folder, fileName(file)));
  }));
  return await Promise.all(folders.flat().map((path) => Deno.readTextFile(path)));
}

function fileName(path: string): string {
  return path.split("/").at(-1) ?? path;
}
