/** Makes promtool's unit tests of the alert rules from the cases. */
import type { AlertCase } from "./alert_cases.ts";

const INTERVAL = "15s";
/** Longer than any alert looks back and waits, and before the series end. */
const AT = "48m";

/** Returns a test file, as JSON, which YAML holds. Prometheus keeps what fires as a series: that is what is looked at. */
export function promtoolTests(cases: readonly AlertCase[], rulesPath: string): string {
  const tests = cases.flatMap(({ alert, fires, quiet }) => [
    testOf({ alert, series: fires, isFiring: true }),
    testOf({ alert, series: quiet, isFiring: false }),
  ]);
  return JSON.stringify({ rule_files: [rulesPath], evaluation_interval: INTERVAL, tests });
}

function testOf(
  { alert, series, isFiring }: { alert: string; series: AlertCase["fires"]; isFiring: boolean },
) {
  return {
    name: `${alert} ${isFiring ? "fires" : "does not fire"}`,
    interval: INTERVAL,
    input_series: Object.entries(series).map(([series, values]) => ({ series, values })),
    promql_expr_test: [{
      expr: `group(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
      eval_time: AT,
      exp_samples: [{ labels: "{}", value: isFiring ? 1 : 0 }],
    }],
  };
}
