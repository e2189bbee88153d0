/**
 * Who may do what in Redis: the one list of its users. Each has the commands that its program sends or that its scripts
 * call, which Redis checks as the caller's own, and for each command the keys that it touches, no more.
 *
 * Every group of commands is a selector, so that leave for one key is no leave for another: the API may run a script on
 * `meta` and read that key, and still not write it. The user `default`, as whom anybody comes who gives no name, is off.
 */

export interface RedisUser {
  readonly name: string;
  readonly grants: readonly RedisGrant[];
  /** For probes, which can keep no secret: whoever comes by this name is let in, to `grants` alone. */
  readonly withoutPassword?: true;
}

/** Commands, and the keys that they may be used on. */
export interface RedisGrant {
  readonly commands: readonly string[];
  /** What follows the hash tag, as Redis writes it: `~` read and write, `%R~` read alone, `%W~` write alone. */
  readonly keys: readonly string[];
}

/** SHA-256 of the passwords that let a user in, 64 hex digits each; two while one takes the other's place. */
export type PasswordHashes = Readonly<Record<string, readonly string[]>>;

/** Every program reads the `run_id` of its Redis, and may live in another database than the first. */
const CONNECT: RedisGrant = { commands: ["info", "select"], keys: [] };
const CLOCK: RedisGrant = { commands: ["time"], keys: [] };

/** Redis assumes the worst of a script's keys, so they need both ways; what the script calls is judged by itself. */
function scriptsOn(...keys: readonly string[]): RedisGrant {
  return { commands: ["eval", "evalsha"], keys: keys.map((key) => `~${key}`) };
}

const api: RedisUser = {
  name: "cast-api",
  grants: [
    CONNECT,
    CLOCK,
    scriptsOn(
      ...["meta", "ticket:*", "tickets", "tally", "outbox", "request:*"],
      ...["candidates", "frozen", "voter:*", "stored"],
    ),
    { commands: ["hmget"], keys: ["%R~meta", "%R~ticket:*", "%R~stored"] },
    { commands: ["hincrby"], keys: ["~ticket:*"] },
    { commands: ["zrange"], keys: ["%R~tickets", "%R~tally", "%R~frozen"] },
    { commands: ["zscore", "zmscore", "zrevrank", "zcount", "zcard"], keys: ["%R~tally", "%R~frozen"] },
    { commands: ["zadd"], keys: ["%W~tally"] },
    { commands: ["smismember"], keys: ["%R~candidates"] },
    { commands: ["xlen", "exists", "xinfo|stream"], keys: ["%R~outbox"] },
    { commands: ["xadd"], keys: ["%W~outbox"] },
    { commands: ["get"], keys: ["%R~request:*", "%R~voter:*"] },
    { commands: ["set"], keys: ["%W~request:*", "%W~voter:*"] },
  ],
};

const ticketRotator: RedisUser = {
  name: "cast-ticket-rotator",
  grants: [
    CONNECT,
    CLOCK,
    scriptsOn("meta", "outbox", "carried", "tickets", "ticket:*"),
    { commands: ["hmget"], keys: ["%R~meta", "%R~ticket:*"] },
    { commands: ["hset"], keys: ["%W~meta", "%W~ticket:*"] },
    { commands: ["pexpireat"], keys: ["%W~ticket:*"] },
    { commands: ["zadd", "zremrangebyscore"], keys: ["%W~tickets"] },
    // What an operator watches of the current ticket.
    { commands: ["zrange"], keys: ["%R~tickets"] },
    { commands: ["exists", "xinfo|stream"], keys: ["%R~outbox"] },
    { commands: ["scard"], keys: ["%R~carried"] },
  ],
};

const outboxRelay: RedisUser = {
  name: "cast-outbox-relay",
  grants: [
    CONNECT,
    CLOCK,
    scriptsOn("relay_lease", "outbox"),
    { commands: ["get"], keys: ["%R~relay_lease"] },
    { commands: ["set"], keys: ["%W~relay_lease"] },
    { commands: ["xrange", "xlen"], keys: ["%R~outbox"] },
    { commands: ["xtrim"], keys: ["%W~outbox"] },
  ],
};

const votePersister: RedisUser = {
  name: "cast-vote-persister",
  grants: [
    CONNECT,
    CLOCK,
    scriptsOn(
      ...["meta", "outbox", "carried", "claim", "tally_loading", "tickets", "tally"],
      ...["candidates", "frozen", "candidates_loading:*", "frozen_loading:*", "voter:*", "stored"],
    ),
    { commands: ["hmget"], keys: ["%R~meta", "%R~stored"] },
    { commands: ["hgetall"], keys: ["%R~stored"] },
    { commands: ["hset"], keys: ["%W~meta", "%W~stored"] },
    { commands: ["exists"], keys: ["%R~meta", "%R~outbox", "%R~tally_loading"] },
    { commands: ["xinfo|stream"], keys: ["%R~outbox"] },
    { commands: ["get"], keys: ["%R~claim", "%R~voter:*"] },
    { commands: ["set"], keys: ["%W~claim", "%W~voter:*"] },
    {
      commands: ["del"],
      keys: ["%W~claim", "%W~tally_loading", "%W~tally", "%W~carried", "%W~tickets", "%W~stored"],
    },
    { commands: ["zadd"], keys: ["%W~tally_loading", "%W~frozen_loading:*"] },
    { commands: ["rename"], keys: ["~tally_loading", "%W~tally"] },
    {
      commands: ["rename"],
      keys: ["~candidates_loading:*", "%W~candidates", "~frozen_loading:*", "%W~frozen"],
    },
    { commands: ["pexpire"], keys: ["%W~candidates_loading:*", "%W~frozen_loading:*", "%W~stored"] },
    { commands: ["unlink", "persist"], keys: ["%W~candidates", "%W~frozen"] },
    { commands: ["zcard"], keys: ["%R~frozen_loading:*"] },
    { commands: ["zrange"], keys: ["%R~frozen"] },
    { commands: ["zincrby"], keys: ["~tally"] },
    { commands: ["zmscore", "zscan"], keys: ["%R~tally"] },
    { commands: ["sadd"], keys: ["%W~carried", "%W~candidates_loading:*"] },
    { commands: ["scard"], keys: ["%R~carried", "%R~candidates_loading:*"] },
    { commands: ["sscan"], keys: ["%R~carried"] },
  ],
};

/** `verify`: it reads everything, and may close a shard so that the guard restores it. */
const operator: RedisUser = {
  name: "cast-operator",
  grants: [
    CONNECT,
    CLOCK,
    scriptsOn("meta", "outbox", "carried", "tally"),
    { commands: ["hmget"], keys: ["%R~meta"] },
    { commands: ["del"], keys: ["%W~meta"] },
    { commands: ["exists", "xlen", "xrange", "xinfo|stream"], keys: ["%R~outbox"] },
    { commands: ["scard"], keys: ["%R~carried"] },
    { commands: ["zrange"], keys: ["%R~tally"] },
  ],
};

const probe: RedisUser = {
  name: "cast-probe",
  grants: [{ commands: ["ping"], keys: [] }],
  withoutPassword: true,
};

export const REDIS_USERS: readonly RedisUser[] = [
  api,
  ticketRotator,
  outboxRelay,
  votePersister,
  operator,
  probe,
];

/** The rules of one user for `ACL SETUSER`, from nothing: what it had before is gone. */
export function userRules(
  { grants, withoutPassword }: Pick<RedisUser, "grants" | "withoutPassword">,
  { prefix, passwords }: { prefix: string; passwords: readonly string[] },
): string[] {
  const [free, onKeys] = [true, false].map((isFree) =>
    grants.filter(({ keys }) => (keys.length === 0) === isFree)
  );
  return [
    "reset",
    "on",
    ...(withoutPassword ? ["nopass"] : passwords.map((hash) => `#${hash}`)),
    ...(free ?? []).flatMap(({ commands }) => commands.map((command) => `+${command}`)),
    ...(onKeys ?? []).map(({ commands, keys }) =>
      `(${
        [...commands.map((command) => `+${command}`), ...keys.map((key) => onEveryShard(key, prefix))].join(
          " ",
        )
      })`
    ),
  ];
}

/** The file that Redis reads its users from (`aclfile`). */
export function aclFile({ prefix, passwords }: { prefix: string; passwords: PasswordHashes }): string {
  const users = REDIS_USERS.map((user) => {
    const rules = userRules(user, { prefix, passwords: passwords[user.name] ?? [] });
    return `user ${user.name} ${rules.join(" ")}`;
  });
  // Off, so that nobody comes as it, and yet with leave for everything: Redis reads its append-only file back as this
  // user, and drops what it has no leave for, which is every vote (redis/redis#14541; 7.4 does so).
  return ["user default reset off +@all ~* &*", ...users, ""].join("\n");
}

function onEveryShard(key: string, prefix: string): string {
  return key.replace("~", `~${prefix}:{*}:`);
}
