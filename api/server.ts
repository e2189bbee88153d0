/** The API over one connection to Redis: `/graphql`, and nothing else. Knows no listener, so that any host can serve it. */
import { v7 } from "uuid";
import type { Logger } from "../shared/log/logger.ts";
import type { RedisClient } from "../shared/redis/client.ts";
import { createVoteScript } from "../shared/redis/vote_script.ts";
import { createTicketVerifier } from "../shared/ticket/verifier.ts";
import { SHARD_COUNT, TOTAL_MAX } from "../shared/vote/rules.ts";
import { createCastVote, createShardKeyTable } from "./cast_vote.ts";
import type { EdgeConfig } from "./config.ts";
import { type AnswerType, errorResponse, judgeContent } from "./content_rules.ts";
import { createHotDoor } from "./graphql/hot_door.ts";
import { createKnownOperations } from "./graphql/known_operations.ts";
import { createYogaDoor, GRAPHQL_PATH } from "./graphql/yoga.ts";
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
  const judge = createJudgeRequest();
  const known = createKnownOperations();
  const reader = createShardReader(redis, { keys: keysOf(0), log });
  const graphql = createHotDoor({ known, next: createYogaDoor({ castVote, reader, known, log }) });

  return {
    async fetch(request) {
      const judged = judge(request);
      return judged instanceof Response ? judged : await graphql(request, judged);
    },
  };
}

/** Returns the type to answer in, or the refusal of a request that must not reach GraphQL. */
export type JudgeRequest = (request: Request) => AnswerType | Response;

export function createJudgeRequest(): JudgeRequest {
  // Nearly every request has the URL of the one before it, and parsing one takes as long as reading all its headers.
  let lastUrl: string | undefined;
  return (request) => {
    if (request.url === lastUrl) return judgeContent(request);
    // Null where a Host header made a URL of it that is none.
    if (URL.parse(request.url)?.pathname !== GRAPHQL_PATH) {
      return errorResponse({ status: 404, code: "NOT_FOUND", message: `Ask ${GRAPHQL_PATH}` });
    }
    lastUrl = request.url;
    return judgeContent(request);
  };
}
