/** What a user of Redis must be refused: a list of things that somebody who took a program over would try. */
import type { ShardKeys } from "../../shared/redis/keys.ts";

/** Nobody may, whoever it is. */
export function forbiddenToAll({ outbox, tally, ...keys }: ShardKeys): string[][] {
  return [
    ["FLUSHALL"],
    ["FLUSHDB"],
    ["CONFIG", "GET", "*"],
    ["CONFIG", "SET", "appendfsync", "no"],
    ["KEYS", "*"],
    ["SCAN", "0"],
    ["RANDOMKEY"],
    ["SHUTDOWN", "NOSAVE"],
    ["REPLICAOF", "127.0.0.1", "1"],
    ["MONITOR"],
    ["CLIENT", "KILL", "TYPE", "normal"],
    ["CLIENT", "PAUSE", "1"],
    ["ACL", "SETUSER", "me", "on"],
    ["ACL", "WHOAMI"],
    ["SCRIPT", "FLUSH"],
    ["FUNCTION", "FLUSH"],
    ["MODULE", "LIST"],
    ["BGREWRITEAOF"],
    ["SAVE"],
    ["SWAPDB", "0", "1"],
    ["PUBLISH", "channel", "text"],
    ["DEL", outbox],
    ["DEL", keys.ticket({ epoch: 1, opensAt: 1 })],
    ["DEL", keys.request("once")],
    ["RENAME", outbox, "elsewhere"],
    ["DUMP", tally],
    ["RESTORE", tally, "0", "x"],
    ["EXPIRE", tally, "1"],
    ["GET", "other:{0}:claim"],
    ["EVAL", "return redis.call('FLUSHALL')", "0"],
    ["EVAL", `return redis.call('DEL', '${outbox}')`, "0"],
  ];
}

/** Only another program may. */
export function forbiddenTo(
  { outbox, tally, meta, claim, carried, tickets, relayLease, ...keys }: ShardKeys,
): Record<string, string[][]> {
  return {
    "cast-api": [
      ["HSET", meta, "epoch", "1"],
      ["XTRIM", outbox, "MAXLEN", "0"],
      ["XDEL", outbox, "1-0"],
      ["XRANGE", outbox, "-", "+"],
      ["ZREM", tally, "ada"],
      ["ZADD", tickets, "1", "1"],
      ["SET", claim, "mine"],
      ["HSET", keys.ticket({ epoch: 1, opensAt: 1 }), "uses_left", "9"],
      ["SADD", carried, "vote"],
      ["HSET", keys.stored, "1", "9"],
    ],
    "cast-ticket-rotator": [
      ["ZADD", tally, "1", "ada"],
      ["ZRANGE", tally, "0", "-1"],
      ["XADD", outbox, "*", "vote", "x"],
      ["XRANGE", outbox, "-", "+"],
      ["SET", claim, "mine"],
    ],
    "cast-outbox-relay": [
      ["XADD", outbox, "*", "vote", "x"],
      ["ZRANGE", tally, "0", "-1"],
      ["HGETALL", meta],
      ["HSET", meta, "epoch", "1"],
      ["HGETALL", keys.ticket({ epoch: 1, opensAt: 1 })],
    ],
    "cast-vote-persister": [
      ["XADD", outbox, "*", "vote", "x"],
      ["XTRIM", outbox, "MAXLEN", "0"],
      ["XRANGE", outbox, "-", "+"],
      ["GET", keys.request("once")],
      ["HGETALL", keys.ticket({ epoch: 1, opensAt: 1 })],
      ["SET", relayLease, "mine"],
    ],
    "cast-operator": [
      ["HSET", meta, "epoch", "1"],
      ["ZADD", tally, "1", "ada"],
      ["XTRIM", outbox, "MAXLEN", "0"],
      ["XADD", outbox, "*", "vote", "x"],
      ["SET", claim, "mine"],
      ["HGETALL", keys.ticket({ epoch: 1, opensAt: 1 })],
    ],
  };
}
