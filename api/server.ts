/** The API over one connection to Redis: `/graphql`, and nothing else. Knows no listener, so that any host can serve it. */
import { v7 } from "uuid";
import type { Logger } from "../shared/log/logger.ts";
import type { RedisClient } from "../shared/redis/client.ts";
import { createVoteScript } from "../shared/redis/vote_script.ts";
import { createTicketVerifier } from "../shared/ticket/verifier.ts";
import { SHARD_COUNT, TOTAL_MAX } from "../shared/vote/rules.ts";
import { createCastVote, createShardKeyTable } from "./cast_vote.ts";
import type { EdgeConfig } from "./config.ts";
import { createEntrance } from "./entrance.ts";
import { createHotDoor } from "./graphql/hot_door.ts";
import { createKnownOperations } from "./graphql/known_operations.ts";
import { createYogaDoor } from "./graphql/yoga.ts";
import { measureVotes } from "./measured_vote.ts";
import type { ApiMetrics } from "./metrics.ts";
import { createShardReader } from "./shard_reader.ts";
import { withVoteSpan } from "./vote_span.ts";
import { voterAuthorityOf } from "./voter/configured_authority.ts";
import { watchDoors } from "./watched_doors.ts";

export interface Api {
  fetch(request: Request): Promise<Response>;
  /** Requests that have no answer yet. */
  requestsUnderWay(): number;
}

export interface ApiDeps {
  readonly redis: RedisClient;
  readonly config: Omit<EdgeConfig, "redisUrl" | "logLevel">;
  /** Absent at the edge, where nobody asks for them. */
  readonly metrics?: ApiMetrics;
  readonly log: Logger;
  /** How long the body of a request is waited for. */
  readonly bodyWaitMsMax?: number | undefined;
}

export function createApi({ redis, config, metrics, log, bodyWaitMsMax }: ApiDeps): Api {
  const keysOf = createShardKeyTable(config.redisPrefix);
  const runVoteScript = withVoteSpan(createVoteScript(redis, {
    keysOf,
    limits: {
      requestLifeMs: config.requestLifeMs,
      outboxMax: config.outboxMax,
      // A total is the sum over all shards, and must fit GraphQL's Int whichever shards its votes fell on.
      totalMax: Math.floor(TOTAL_MAX / SHARD_COUNT),
      candidatesMax: config.candidatesMax,
      voterVotesMax: config.voterVotesMax,
      voterWindowMs: config.voterWindowMs,
    },
  }));
  const judgeVote = createCastVote({
    verifier: createTicketVerifier(config.ticketKeys),
    runVoteScript,
    voterAuthority: voterAuthorityOf(config, log),
    needsVoter: config.voterVotesMax > 0,
    countMax: config.voteCountMax,
    newVoteId: () => v7(),
    log,
  });
  const castVote = metrics ? measureVotes(judgeVote, metrics) : judgeVote;
  const doors = watchDoors(metrics);
  const known = createKnownOperations();
  const reader = createShardReader(redis, { keys: keysOf(0), log });
  const tools = config.graphqlTools === "on";
  const yoga = createYogaDoor({ castVote, reader, known, tools, log });
  const graphql = createHotDoor({
    known,
    next: async (request) => doors.from("yoga", await yoga(request)),
  });
  const entrance = createEntrance(graphql, {
    requestsMax: config.apiRequestsMax,
    bodyWaitMsMax,
    onRefused: (answer) => void doors.from("refused", answer),
  });
  return { fetch: doors.around(entrance.fetch), requestsUnderWay: entrance.underWay };
}
