/** Holds alerts and dashboard to what the programs export, and each alert to its place in the docs. */
import { assert, assertEquals } from "@std/assert";
import { exportedMetrics, filledRegistry, PROGRAM_METRICS } from "../exported_metrics.ts";
import { ALERT_CASES } from "./alert_cases.ts";
import { MONITORING, readAlertRules } from "./rules_file.ts";

const OPERATIONS = new URL("../../../docs/operations.md", import.meta.url);
/** What Prometheus itself adds, and what the histograms have. */
const LABELS_OF_PROMETHEUS = ["job", "instance", "le"];

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

async function readDashboard(): Promise<
  { panels: Panel[]; templating: { list: { name: string; type: string }[] } }
> {
  return JSON.parse(await Deno.readTextFile(new URL("dashboard.json", MONITORING)));
}

/** The series that an expression names: a metric, and what it asks of its labels. */
function selectorsOf(expr: string): { metric: string; matchers: { label: string; values: string[] }[] }[] {
  return [...expr.matchAll(/\b(cast_\w+)(?:\{([^}]*)\})?/g)].map(([, metric = "", labels = ""]) => ({
    metric,
    matchers: [...labels.matchAll(/(\w+)(?:=~|!~|!=|=)"([^"]*)"/g)].map(([, label = "", values = ""]) => ({
      label,
      values: values.split("|"),
    })),
  }));
}

async function createJudge() {
  const metrics = new Map((await exportedMetrics()).map((metric) => [metric.name, metric]));
  const texts = await Promise.all(Object.keys(PROGRAM_METRICS).map((name) => filledRegistry(name)));
  const all = texts.map(({ text }) => text).join("\n");
  return (expr: string): string[] =>
    selectorsOf(expr).flatMap(({ metric, matchers }) => {
      const name = metrics.get(metric) ? metric : metric.replace(
        /_(bucket|sum|count)$/,
        (end) => metrics.get(metric.slice(0, -end.length))?.type === "histogram" ? "" : end,
      );
      const found = metrics.get(name);
      if (!found) return [`${metric} is exported by no program`];
      const known = [...found.labels, ...LABELS_OF_PROMETHEUS];
      return matchers.flatMap(({ label, values }) => {
        if (!known.includes(label)) return [`${metric} has no label ${label}`];
        if (LABELS_OF_PROMETHEUS.includes(label)) return [];
        return values.filter((value) => !all.includes(`${label}="${value}"`))
          .map((value) => `${metric} never has ${label}="${value}"`);
      });
    });
}

Deno.test("every metric of an alert, and every label of it, is one that some program exports", async () => {
  const judge = await createJudge();
  const rules = await readAlertRules();
  assert(rules.length > 20, String(rules.length));
  assertEquals(rules.flatMap(({ expr }) => judge(expr)), []);
  // Else the tests of the rules would prove nothing.
  const series = ALERT_CASES.flatMap(({ fires, quiet }) => [...Object.keys(fires), ...Object.keys(quiet)]);
  assertEquals(series.filter((each) => !each.startsWith("up{")).flatMap((each) => judge(each)), []);
  // And the judge does see what is wrong.
  assertEquals(
    judge('rate(cast_votes_gone_total[5m]) + cast_votes_total{code="NONE"} + cast_ticket_open{voter="a"}'),
    [
      "cast_votes_gone_total is exported by no program",
      'cast_votes_total never has code="NONE"',
      "cast_ticket_open has no label voter",
    ],
  );
});

Deno.test("every alert says how bad it is, what it is, and where to read what to do", async () => {
  const operations = await Deno.readTextFile(OPERATIONS);
  for (const { alert, labels, annotations } of await readAlertRules()) {
    assert(["warning", "critical"].includes(labels["severity"] ?? ""), alert);
    assert((annotations["summary"] ?? "").length > 10, alert);
    assertEquals(annotations["runbook_url"]?.split("#")[1], alert.toLowerCase());
    assert(operations.includes(`\n### ${alert}\n`), `docs/operations.md has a section ${alert}`);
  }
});

Deno.test("every alert has a case that makes it fire and one that does not, and the docs have no other alerts", async () => {
  const alerts = (await readAlertRules()).map(({ alert }) => alert).sort();
  assertEquals([...new Set(ALERT_CASES.map(({ alert }) => alert))].sort(), alerts);
  const operations = await Deno.readTextFile(OPERATIONS);
  const headings = [...operations.matchAll(/^### (Cast\w+)$/gm)].map(([, name]) => name as string);
  assertEquals(headings.filter((name) => !alerts.includes(name)), []);
});

Deno.test("every panel of the dashboard asks for what some program exports, from the Prometheus that is chosen", async () => {
  const judge = await createJudge();
  const { panels, templating } = await readDashboard();
  const queried = panels.filter(({ type }) => type !== "row");
  assertEquals(queried.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => judge(expr))), []);
  assert(queried.every(({ targets = [] }) => targets.length > 0));
  assertEquals([...new Set(queried.map(({ datasource }) => datasource?.uid))], ["${datasource}"]);
  assertEquals(templating.list.map(({ name, type }) => [name, type]), [["datasource", "datasource"]]);
  const rows = panels.filter(({ type }) => type === "row").map(({ title }) => title);
  assertEquals(rows, ["Votes", "Tickets", "Pipeline lag", "Guard", "Processes"]);
});

Deno.test("no two panels of the dashboard have one id or one place", async () => {
  const { panels } = await readDashboard();
  assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos: { x, y, w, h } } of panels) {
    assert(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        const place = `${column}/${line}`;
        assertEquals(taken.get(place), undefined, `${title} lies over another`);
        taken.set(place, title);
      }
    }
  }
});
