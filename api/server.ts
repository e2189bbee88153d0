/**
 * The API over one connection to Redis: `/graphql`, and the page at `/` unless it is off. Knows no listener, so that any
 * host can serve it.
 */
import { v7 } from "uuid";
import { pause } from "../shared/lifecycle/pause.ts";
import type { Logger } from "../shared/log/logger.ts";
import type { RedisClient } from "../shared/redis/client.ts";
import { createVoteScript } from "../shared/redis/vote_script.ts";
import { createTicketVerifier } from "../shared/ticket/verifier.ts";
import { SHARD_COUNT, TOTAL_MAX } from "../shared/vote/rules.ts";
import { createCastVote, createShardKeyTable } from "./cast_vote.ts";
import type { ApiConfig, EdgeConfig } from "./config.ts";
import { createEntrance } from "./entrance.ts";
import { createHotDoor } from "./graphql/hot_door.ts";
import { createKnownOperations } from "./graphql/known_operations.ts";
import { LEADERS_MAX } from "./graphql/leaderboard.ts";
import { createYogaDoor } from "./graphql/yoga.ts";
import type { Fetch } from "./hardening/request_cap.ts";
import { createLive } from "./live/live.ts";
import { UNWATCHED_LIVE } from "./live/live_metrics.ts";
import { createStreamDoor } from "./live/stream_door.ts";
import { measureVotes } from "./measured_vote.ts";
import type { ApiMetrics } from "./metrics.ts";
import { createShardReader } from "./shard_reader.ts";
import { withVoteSpan } from "./vote_span.ts";
import { voterAuthorityOf } from "./voter/configured_authority.ts";
import { watchDoors, type WatchedDoors } from "./watched_doors.ts";
import { createPage } from "./web/page.ts";
import { PAGE_FILES } from "./web/page_files.ts";

export interface Api {
  readonly fetch: Fetch;
  /** Requests that have no answer yet. */
  requestsUnderWay(): number;
  /** Ends every stream and takes no further one; resolves when nothing of live results is at work any more. */
  endStreams(): Promise<void>;
}

export interface ApiDeps {
  readonly redis: RedisClient;
  readonly config:
    & Omit<EdgeConfig, "redisUrl" | "logLevel">
    & Partial<Pick<ApiConfig, "liveViewersPerAddressMax" | "proxyHops">>;
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
  const hot = createHotDoor({
    known,
    next: async (request) => doors.from("yoga", await yoga(request)),
  });
  const live = createLive({
    read: () => reader.readLive(LEADERS_MAX),
    viewersMax: config.liveViewersMax,
    perAddressMax: config.liveViewersPerAddressMax ?? Infinity,
    clock: { nowMs: () => performance.now(), pause },
    metrics: metrics?.live ?? UNWATCHED_LIVE,
    log,
  });
  const stream = createStreamDoor({
    live,
    proxyHops: config.proxyHops ?? 0,
    next: yoga,
  });
  const entrance = createEntrance(hot, {
    requestsMax: config.apiRequestsMax,
    bodyWaitMsMax,
    stream: async (asked) => doors.from("live", await stream(asked)),
    onRefused: (answer) => void doors.from("refused", answer),
    page: config.web === "on" ? watchedPage(doors) : undefined,
  });
  return {
    fetch: doors.around(entrance.fetch),
    requestsUnderWay: entrance.underWay,
    endStreams: () => live.stop(),
  };
}

function watchedPage(doors: WatchedDoors): (request: Request) => Response | undefined {
  const page = createPage(PAGE_FILES);
  return (request) => {
    const answer = page(request);
    return answer && doors.from("page", answer);
  };
}
