/**
 * Every setting of CAST but those of the stores, once: names, meanings, bounds and fallbacks. Each program's `config.ts`
 * picks those it reads.
 */
import { CLOCK_STEP_BACK_MS_MAX } from "../ticket/clock.ts";
import { parseKeyRing } from "../ticket/key_ring.ts";
import { parseVoterKeys } from "../voter/voter_keys.ts";
import {
  choiceSetting,
  fileSetting,
  integerSetting,
  listenPortSetting,
  optionalSetting,
  secretSetting,
  textSetting,
  urlSetting,
} from "./setting.ts";

export const apiPort = listenPortSetting({
  name: "CAST_API_PORT",
  meaning: "port of GraphQL over HTTP",
  fallback: "8000",
});

/** The operations port differs by program, so that all four run side by side on one machine. */
export function opsPort(fallback: number) {
  return listenPortSetting({
    name: "CAST_OPS_PORT",
    meaning: "port of /livez, /readyz and /metrics",
    fallback: String(fallback),
  });
}

export const logLevel = choiceSetting({
  name: "CAST_LOG_LEVEL",
  meaning: "least level that is logged: debug, info, warn or error",
  fallback: "info",
  choices: ["debug", "info", "warn", "error"],
});

export const ticketKeys = secretSetting({
  name: "CAST_TICKET_KEYS",
  meaning:
    "key ring of the tickets, kid:base64[,kid:base64…]; the first signs, all verify; 32 bytes or more each",
  parse: parseKeyRing,
});

export const ticketLifetimeMs = integerSetting({
  name: "CAST_TICKET_LIFETIME_MS",
  meaning: "how long a ticket lives",
  fallback: "2000",
  min: 100,
  max: 3_600_000,
});

export const ticketIntervalMs = integerSetting({
  name: "CAST_TICKET_INTERVAL_MS",
  meaning: "how often a new ticket opens",
  fallback: "1000",
  min: 50,
  max: CLOCK_STEP_BACK_MS_MAX,
});

export const ticketUses = integerSetting({
  name: "CAST_TICKET_USES",
  meaning: "votes that one ticket admits",
  fallback: "100",
  min: 1,
  max: 1_000_000_000,
});

export const outboxMax = integerSetting({
  name: "CAST_OUTBOX_MAX",
  meaning: "votes that wait for Kafka before further ones are refused with OVERLOADED",
  fallback: "1000000",
  min: 1,
  max: 1_000_000_000,
});

export const requestLifeMs = integerSetting({
  name: "CAST_REQUEST_LIFE_MS",
  meaning: "how long the requestId of an accepted vote is remembered; repeat within half of it",
  fallback: "120000",
  min: 1000,
  max: 86_400_000,
});

export const voteCountMax = integerSetting({
  name: "CAST_VOTE_COUNT_MAX",
  meaning: "votes for one name in one call",
  fallback: "100",
  min: 1,
  max: 2_147_483_647,
});

export const graphqlTools = choiceSetting({
  name: "CAST_GRAPHQL_TOOLS",
  meaning: "for developers, on or off: introspection, GraphiQL, suggestions of fields in errors",
  fallback: "off",
  choices: ["off", "on"],
});

export const web = choiceSetting({
  name: "CAST_WEB",
  meaning: "the page at /, on or off: live results and a form to vote",
  fallback: "on",
  choices: ["off", "on"],
});

export const apiRequestsMax = integerSetting({
  name: "CAST_API_REQUESTS_MAX",
  meaning: "requests under way before further ones are answered 503",
  fallback: "5000",
  min: 1,
  max: 1_000_000,
});

export const liveViewersMax = integerSetting({
  name: "CAST_LIVE_VIEWERS_MAX",
  meaning: "open streams of live results before further ones are answered 503",
  fallback: "5000",
  min: 0,
  max: 1_000_000,
});

export const liveViewersPerAddressMax = integerSetting({
  name: "CAST_LIVE_VIEWERS_PER_ADDRESS_MAX",
  meaning:
    "open streams of one client address before its further ones are answered 429; a hall shares one address",
  fallback: "1000",
  min: 1,
  max: 1_000_000,
});

export const proxyHops = integerSetting({
  name: "CAST_API_PROXY_HOPS",
  meaning:
    "proxies in front that append to X-Forwarded-For: the client is the address that many from its right",
  fallback: "0",
  min: 0,
  max: 10,
});

export const apiDrainMs = integerSetting({
  name: "CAST_API_DRAIN_MS",
  meaning:
    "how long the API goes on answering after SIGTERM, not ready, until balancers send it nothing more",
  fallback: "0",
  min: 0,
  max: 60_000,
});

export const candidatesFile = optionalSetting(fileSetting({
  name: "CAST_CANDIDATES_FILE",
  meaning: "the names that may be voted for, one a line; absent: any name",
}));

export const candidatesMax = integerSetting({
  name: "CAST_CANDIDATES_MAX",
  meaning: "names that have votes before a vote for a new one is refused with CANDIDATE_UNKNOWN",
  fallback: "1000000",
  min: 1,
  max: 100_000_000,
});

export const voterVotesMax = integerSetting({
  name: "CAST_VOTER_VOTES_MAX",
  meaning: "votes that one voter may cast in a window before VOTER_LIMIT; 0 is no limit",
  fallback: "0",
  min: 0,
  max: 1_000_000,
});

export const voterWindowMs = integerSetting({
  name: "CAST_VOTER_WINDOW_MS",
  meaning: "how long a voter's votes are counted, from the first of them",
  fallback: "3600000",
  min: 1000,
  max: 2_592_000_000,
});

export const voterJwks = optionalSetting(secretSetting({
  name: "CAST_VOTER_JWKS",
  meaning: "keys of the voters' tokens, a JSON Web Key Set; absent, with no URL either: voters need no token",
  parse: parseVoterKeys,
}));

export const voterJwksUrl = optionalSetting(urlSetting({
  name: "CAST_VOTER_JWKS_URL",
  meaning: "where to fetch the keys of the voters' tokens, https://…; http://… from this machine alone",
  protocols: ["https:", "http:"],
}));

export const voterIssuer = optionalSetting(textSetting({
  name: "CAST_VOTER_ISSUER",
  meaning: "issuer that a voter's token must name",
  pattern: /^\S{1,256}$/,
  wanted: "1 to 256 characters without spaces",
}));

export const voterAudience = optionalSetting(textSetting({
  name: "CAST_VOTER_AUDIENCE",
  meaning: "audience that a voter's token must name",
  pattern: /^\S{1,256}$/,
  wanted: "1 to 256 characters without spaces",
}));
