/** The table of metrics, made from the registries themselves; the gate fails when the one in the docs is stale. */
import { exportedMetrics, PROGRAM_METRICS } from "./exported_metrics.ts";

/** Returns the table in Markdown. */
export async function metricsTable(): Promise<string> {
  const lines = (await exportedMetrics()).map(({ name, type, help, labels, programs }) => {
    const who = programs.length === Object.keys(PROGRAM_METRICS).length ? "all" : programs.join(", ");
    const shown = labels.length > 0 ? `\`${name}{${labels.join(",")}}\`` : `\`${name}\``;
    return `| ${shown} | ${type} | ${who} | ${help.replaceAll("|", "\\|")} |`;
  });
  return ["| name | kind | of | meaning |", "| --- | --- | --- | --- |", ...lines].join("\n");
}
