/** The script that looks at the outbox, typed: for figures, and for nothing that rests on them. */
import type { RedisClient } from "./client.ts";
import type { ShardKeys } from "./keys.ts";
import readOutboxLua from "./lua/read_outbox.lua" with { type: "text" };
import { registerScript, type Script } from "./script.ts";

export const READ_OUTBOX_SCRIPT: Script = {
  name: "readOutbox",
  lua: readOutboxLua,
  keyCount: 1,
  words: ["read"],
};

/** The votes that wait for Kafka. */
export interface OutboxState {
  readonly length: number;
  /** How long the oldest of them has waited, by Redis's clock; 0 where none waits. */
  readonly headAgeMs: number;
}

export function createReadOutboxScript(client: RedisClient, keys: ShardKeys): () => Promise<OutboxState> {
  const run = registerScript(client, READ_OUTBOX_SCRIPT);
  return async () => {
    const [, length, headAgeMs] = await run({ keys: [keys.outbox], args: [] });
    return { length: length as number, headAgeMs: headAgeMs as number };
  };
}
