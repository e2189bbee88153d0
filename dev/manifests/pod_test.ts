import { assert, assertEquals } from "@std/assert";
import { isOurs, matches, workloadsOf } from "./pod.ts";

Deno.test("matches() wants every label of a selector, and takes everything where nothing is asked", () => {
  const labels = { app: "api", tier: "front" };
  assert(matches(undefined, labels));
  assert(matches({}, labels));
  assert(matches({ matchLabels: { app: "api" } }, labels));
  assert(!matches({ matchLabels: { app: "api", tier: "back" } }, labels));
});

Deno.test("matches() reads expressions", () => {
  const matched = [
    { key: "app", operator: "In", values: ["api", "web"] },
    { key: "app", operator: "NotIn", values: ["web"] },
    { key: "app", operator: "Exists" },
    { key: "tier", operator: "DoesNotExist" },
  ].map((expression) =>
    [{ app: "api" }, { app: "web", tier: "x" }].map((labels) =>
      matches({ matchExpressions: [expression] }, labels)
    )
  );
  assertEquals(matched, [[true, true], [true, false], [true, true], [true, false]]);
});

Deno.test("isOurs() tells the image of CAST from those that end alike", () => {
  const ours = ["cast:1", "cast@sha256:0", "registry.example.com:5000/team/cast:1", "cast"];
  const others = ["broadcast:1", "registry/cast-proxy:1", "redis:7.4", "cast/redis:1"];
  assert(ours.every((image) => isOurs({ image })));
  assert(!others.some((image) => isOurs({ image })));
});

Deno.test("workloadsOf() finds the pods of a CronJob, a level deeper", () => {
  const template = { metadata: { labels: { app: "verify" } }, spec: { containers: [] } };
  const job = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "verify" },
    spec: { jobTemplate: { spec: { template } } },
  };
  assertEquals(workloadsOf([job]).map(({ id, labels }) => [id, labels]), [["CronJob/verify", {
    app: "verify",
  }]]);
});
