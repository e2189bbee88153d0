/** How a Lua script is registered and run: by defineCommand, so that a lost script cache mends itself. */
import { NotConnectedError, type RedisClient } from "./client.ts";

/** A reply in words: the first is the outcome, the rest belongs to it. */
export type Reply = readonly [word: string, ...rest: unknown[]];

export interface Script {
  readonly name: string;
  readonly lua: string;
  readonly keyCount: number;
  /** Every outcome that the script can reply with; a test holds the Lua header to it. */
  readonly words: readonly string[];
}

/** The script broke its contract: nobody may guess what its reply means. */
export class UnknownReplyError extends Error {
  override readonly name = "UnknownReplyError";
}

/** ioredis refuses so what it has no socket for; "unknown" would be a needless word for it. */
const NOT_SENT = "Stream isn't writeable";

type ScriptCommand = (...args: (string | number)[]) => Promise<unknown>;

/**
 * Registers a script on a connection and returns its runner. A failure with a reply is ioredis's `ReplyError`; one
 * without a reply leaves open whether the script ran, unless it is `NotConnectedError`.
 */
export function registerScript(client: RedisClient, script: Script) {
  const { name, lua, keyCount, words } = script;
  client.redis.defineCommand(name, { lua, numberOfKeys: keyCount });
  // defineCommand adds a method that the class's type cannot know.
  const command = (client.redis as unknown as Record<string, ScriptCommand>)[name]?.bind(client.redis);
  if (!command) throw new Error(`Register script "${name}": ioredis made no command of it`);

  return async (
    { keys, args }: { keys: readonly string[]; args: readonly (string | number)[] },
  ): Promise<Reply> => {
    // Throws while there is no connection.
    client.incarnation();
    const reply = await command(...keys, ...args).catch((error) => {
      if (!String(error?.message).startsWith(NOT_SENT)) throw error;
      throw new NotConnectedError("Reach Redis: the connection has just been lost", { cause: error });
    });
    if (!Array.isArray(reply) || !words.includes(reply[0])) {
      throw new UnknownReplyError(`Read the reply of script "${name}": wanted one of ${words.join(", ")}`);
    }
    return reply as unknown as Reply;
  };
}
