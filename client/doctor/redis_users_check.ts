/** Do the users of Redis have the leave that our programs need? Told only where the one who asks may see users. */
import { REDIS_USERS, userRules } from "../../shared/redis/acl.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Notes } from "./finding.ts";

const REMEDY = "Load the rules of this release: deno task redis-acl prints them; see docs/security.md";

export async function checkUsers(
  redis: RedisClient["redis"],
  { notes, prefix }: { notes: Notes; prefix: string },
): Promise<void> {
  let lines: readonly string[];
  try {
    lines = await redis.acl("LIST") as string[];
  } catch {
    return notes.skipped("users", "this user may not see Redis's users (ACL LIST)");
  }
  judgeUsers(lines, { notes, prefix });
}

/** Exported for its test. */
export function judgeUsers(
  lines: readonly string[],
  { notes, prefix }: { notes: Notes; prefix: string },
): void {
  const byName = new Map(lines.map((line) => [line.split(" ")[1], new Set(line.split(/[\s()]+/))]));
  const ours = REDIS_USERS.filter(({ name }) => byName.has(name));
  for (const user of ours) {
    const found = byName.get(user.name);
    const wanted = userRules(user, { prefix, passwords: [] })
      .flatMap((rule) => rule.split(/[\s()]+/)).filter((token) => /^(\+|~|%)/.test(token));
    const missing = [...new Set(wanted)].filter((token) => !found?.has(token));
    if (missing.length === 0) continue;
    notes.fail("users", { says: `${user.name} lacks ${missing.join(" ")}`, mend: REMEDY });
  }
  const everybody = byName.get("default");
  if (everybody?.has("on") && everybody.has("nopass")) {
    notes.warn("users", {
      says: "whoever reaches Redis may do anything: the user default is on and has no password",
      mend: "On a network that is not yours alone, load an aclfile: deno task redis-acl prints one",
    });
  } else if (ours.length > 0) notes.ok("users", `${ours.length} users of ours`);
}
