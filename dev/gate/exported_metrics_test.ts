/** What is exported must be safe to export, and cheap to keep: closed sets, base units, nothing of anybody's. */
import { assert, assertEquals } from "@std/assert";
import { VOTE_ENDS } from "../../api/metrics.ts";
import { exportedMetrics, filledRegistry, PROGRAM_METRICS } from "./exported_metrics.ts";

/** Every label there may be, with all that it may say. A name, a ticket or a voter is not among them, and never may be. */
const LABELS: Readonly<Record<string, readonly string[] | RegExp>> = {
  program: ["api", "ticket_rotator", "outbox_relay", "vote_persister"],
  version: /^\d+\.\d+\.\d+$/,
  store: ["redis", "kafka", "postgres"],
  code: VOTE_ENDS,
  door: ["hot", "yoga", "live", "refused", "page"],
  status: ["2xx", "3xx", "4xx", "5xx"],
  reason: [
    ...["not_json", "unknown_version", "invalid_field", "refused_by_postgres", "other"],
    ...["full", "address", "documents", "stopping"],
  ],
  kind: ["kept", "restored"],
  outcome: ["compared", "moved", "given_up"],
  le: /^(\d+(\.\d+)?|\+Inf)$/,
};
const UNIT =
  /_(total|seconds|bytes|votes|records|names|info|open|active|viewers|held|connected|epoch|left|carry|way|max)$/;

Deno.test("every label is one of a few, and says one of a few things", async () => {
  for (const program of Object.keys(PROGRAM_METRICS)) {
    const { text } = await filledRegistry(program);
    for (const [, label = "", value = ""] of text.matchAll(/[{,](\w+)="([^"]*)"/g)) {
      const allowed = LABELS[label];
      assert(allowed, `label ${label}`);
      assert(
        allowed instanceof RegExp ? allowed.test(value) : allowed.includes(value),
        `${label}="${value}"`,
      );
    }
  }
});

Deno.test("metrics are named alike: cast_, a base unit, _total for what is counted and for nothing else", async () => {
  const metrics = await exportedMetrics();
  assert(metrics.length > 40, String(metrics.length));
  for (const { name, type, help } of metrics) {
    assert(/^cast_[a-z_]+$/.test(name) && UNIT.test(name), name);
    assertEquals(name.endsWith("_total"), type === "counter", name);
    assert(!/_(ms|milliseconds|kb|minutes)(_|$)/.test(name), name);
    assert(help.length > 10 && !help.endsWith("."), name);
  }
});

Deno.test("every series is there before anything happened", async () => {
  for (const program of Object.keys(PROGRAM_METRICS)) {
    const { text } = await filledRegistry(program);
    const names = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name as string);
    for (const name of names) assert(new RegExp(`^${name}(_count)?(\\{.*\\})? `, "m").test(text), name);
  }
});
