/** The script behind `query`, typed: the present total of a name, or the published one while results are frozen. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import lua from "./lua/read_total.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const READ_TOTAL_SCRIPT: Script = {
  name: "readTotal",
  lua,
  keyCount: 3,
  words: ["total", "not_ready"],
};

export type TotalOutcome =
  | { readonly kind: "total"; readonly total: number }
  | { readonly kind: "not_ready" };

export function createReadTotalScript(
  client: RedisClient,
  keys: ShardKeys,
): (name: string) => Promise<TotalOutcome> {
  const run = registerScript(client, READ_TOTAL_SCRIPT);
  return async (name) => {
    const [word, total] = await run({
      keys: [keys.meta, keys.tally, keys.frozen],
      args: [client.incarnation(), name],
    });
    return word === "total" ? { kind: "total", total: total as number } : { kind: "not_ready" };
  };
}
