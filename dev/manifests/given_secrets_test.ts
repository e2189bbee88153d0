import { assertEquals } from "@std/assert";
import { overlaySecrets, secretsOf } from "./given_secrets.ts";

const FETCHED = {
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: { name: "redis-of-the-api" },
  spec: { target: { name: "api-stores" } },
};

function namesOf(overlay: string, objects: typeof FETCHED[]): string[] {
  return Object.keys(secretsOf(objects, overlaySecrets(overlay, objects)));
}

Deno.test("overlaySecrets() goes by what an overlay fetches, whatever it is called", () => {
  assertEquals(namesOf("production", [FETCHED]), ["voter-keys", "api-stores"]);
  assertEquals(namesOf("our-event", [FETCHED]), ["voter-keys", "api-stores"]);
});

Deno.test("overlaySecrets() takes secrets that are made by hand for those that a vault would hold", () => {
  const { given } = overlaySecrets("our-event", []);
  assertEquals(given["api-stores"]?.["redis_url"]?.startsWith("rediss://"), true);
  assertEquals(given["postgres-users"], undefined);
});

Deno.test("overlaySecrets() gives the local overlay what deno task deploy makes", () => {
  const { given, external } = overlaySecrets("local", []);
  assertEquals(given["api-stores"]?.["redis_url"]?.startsWith("redis://"), true);
  assertEquals(external, {});
});
