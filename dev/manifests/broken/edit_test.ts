import { assert, assertEquals, assertThrows } from "@std/assert";
import { applyEdits } from "./edit.ts";

const DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api" },
  spec: { replicas: 2, containers: [{ name: "first" }, { name: "program", args: ["api"] }] },
};
const SETTINGS = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings-abcdef0123" },
  data: { A: "1" },
};
const OBJECTS = [DEPLOYMENT, SETTINGS];

Deno.test("applyEdits() sets, adds and removes by the names of fields and elements", () => {
  const [deployment] = applyEdits(OBJECTS, [
    { object: "Deployment/api", at: "spec containers program image", to: "cast:1" },
    { object: "Deployment/api", at: "spec containers program args +", to: "more" },
    { object: "Deployment/api", remove: "spec containers first" },
    { object: "Deployment/api", remove: "spec replicas" },
  ]);
  assertEquals(deployment?.spec, {
    containers: [{ name: "program", args: ["api", "more"], image: "cast:1" }],
  });
});

Deno.test("applyEdits() leaves what it was given as it was, and other objects the very same", () => {
  const before = structuredClone(OBJECTS);
  const edited = applyEdits(OBJECTS, [{ object: "Deployment/api", at: "spec replicas", to: 1 }]);
  assertEquals(OBJECTS, before);
  assert(edited[1] === SETTINGS);
});

Deno.test("applyEdits() finds a generated object without the hash of its name", () => {
  const edit = { object: "ConfigMap/settings", at: "data A", to: (text: string) => `${text}2` };
  assertEquals(applyEdits(OBJECTS, [edit])[1]?.data, { A: "12" });
});

Deno.test("applyEdits() adds objects and leaves them out", () => {
  const extra = { apiVersion: "v1", kind: "Secret", metadata: { name: "extra" } };
  assertEquals(applyEdits(OBJECTS, [{ add: extra }, { leaveOut: "Deployment/api" }]), [SETTINGS, extra]);
});

Deno.test("applyEdits() refuses an edit that finds nothing to change", () => {
  const stale = [
    { object: "Deployment/web", at: "spec replicas", to: 1 },
    { object: "Deployment/api", at: "spec template spec", to: 1 },
    { object: "Deployment/api", remove: "spec strategy" },
    { object: "Deployment/api", remove: "spec containers third" },
    { object: "ConfigMap/settings", at: "data A", to: (text: string) => text },
    { leaveOut: "Service/api" },
  ];
  for (const edit of stale) assertThrows(() => applyEdits(OBJECTS, [edit]), Error, "Break");
});
