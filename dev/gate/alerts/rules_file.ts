/** The alert rules: read out of the PrometheusRule, which is their one source, as a Prometheus without operator reads them. */
import { parse } from "yaml";

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const MONITORING = new URL("../../../k8s/components/monitoring/", import.meta.url);

/** Returns the text of a rules file: what follows `spec:`, without its indent. */
export async function readPlainRules(): Promise<string> {
  const text = await Deno.readTextFile(new URL("rules.yaml", MONITORING));
  const [, spec] = text.split(/^spec:\n/m);
  if (spec === undefined) throw new Error('Read the alert rules: wanted a line "spec:"');
  return spec.replaceAll(/^ {2}/gm, "");
}

export async function readAlertRules(): Promise<readonly AlertRule[]> {
  const { groups } = parse(await readPlainRules()) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}
