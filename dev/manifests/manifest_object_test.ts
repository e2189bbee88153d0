import { assertEquals, assertThrows } from "@std/assert";
import { nameOf, parseManifests } from "./manifest_object.ts";

Deno.test("parseManifests() reads a stream of objects", () => {
  const text =
    "apiVersion: v1\nkind: A\nmetadata: { name: x }\n---\napiVersion: v1\nkind: B\nmetadata: { name: y }\n";
  assertEquals(parseManifests(text).map(nameOf), ["A/x", "B/y"]);
});

Deno.test("parseManifests() refuses what is no object of Kubernetes, and keys given twice", () => {
  assertThrows(() => parseManifests("kind: A\nmetadata: { name: x }\n"), Error, "lacks apiVersion");
  assertThrows(
    () => parseManifests("apiVersion: v1\nkind: A\nkind: B\nmetadata: { name: x }\n"),
    Error,
    "unique",
  );
});
