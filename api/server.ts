/** The API over one connection to Redis: `/graphql`, and nothing else. Knows no listener, so that any host can serve it. */
import { v7 } from "uuid";
import type { Logger } from "../shared/log/logger.ts";
import type { RedisClient } from "../shared/redis/client.ts";
import { createVoteScript } from "../shared/redis/vote_script.ts";
import { createTicketVerifier } from "../shared/ticket/verifier.ts";
import { SHARD_COUNT, TOTAL_MAX } from "../shared/vote/rules.ts";
import { createCastVote, createShardKeyTable } from "./cast_vote.ts";
import type { EdgeConfig } from "./config.ts";
import { contentRefusal, errorResponse } from "./content_rules.ts";
import { createGraphql, GRAPHQL_PATH } from "./graphql/yoga.ts";
import { createShardReader } from "./shard_reader.ts";

export interface Api {
  fetch(request: Request): Promise<Response>;
}

export interface ApiDeps {
  readonly redis: RedisClient;
  readonly config: Omit<EdgeConfig, "redisUrl" | "logLevel">;
  readonly log: Logger;
}

export function createApi({ redis, config, log }: ApiDeps): Api {
  const keysOf = createShardKeyTable(config.redisPrefix);
  const runVoteScript = createVoteScript(redis, {
    keysOf,
    limits: {
      requestLifeMs: config.requestLifeMs,
      outboxMax: config.outboxMax,
      // A total is the sum over all shards, and must fit GraphQL's Int whichever shards its votes fell on.
      totalMax: Math.floor(TOTAL_MAX / SHARD_COUNT),
    },
  });
  const castVote = createCastVote({
    verifier: createTicketVerifier(config.ticketKeys),
    runVoteScript,
    countMax: config.voteCountMax,
    newVoteId: () => v7(),
    log,
  });
  const graphql = createGraphql({
    castVote,
    reader: createShardReader(redis, { keys: keysOf(0), log }),
    log,
  });

  return {
    async fetch(request) {
      if (new URL(request.url).pathname !== GRAPHQL_PATH) {
        return errorResponse({ status: 404, code: "NOT_FOUND", message: `Ask ${GRAPHQL_PATH}` });
      }
      return contentRefusal(request) ?? await graphql(request);
    },
  };
}
