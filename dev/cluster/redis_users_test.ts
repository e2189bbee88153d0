import { assertEquals } from "@std/assert";
import { aclFile } from "../../shared/redis/acl.ts";

Deno.test("the users of Redis in the cluster are those of shared/redis/acl.ts", async () => {
  const read = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));
  // Kustomize reads no file outside of its folder, so the cluster has a copy.
  assertEquals(
    await read("../../k8s/components/redis/users.acl"),
    await read("../../shared/redis/users.acl"),
    "Copy shared/redis/users.acl to k8s/components/redis",
  );
});

Deno.test("nobody comes as Redis's default user, which yet has leave for what is read back from disk", () => {
  const [first] = aclFile({ prefix: "cast", passwords: {} }).split("\n");
  // Redis 7.4 drops every transaction of the append-only file that this user has no leave for: all votes.
  assertEquals(first, "user default reset off +@all ~* &*");
});
