/** GraphQL over HTTP by graphql-yoga, with everything off that the contract does not name. */
import { GraphQLError } from "graphql";
import { createSchema, createYoga, type Plugin } from "graphql-yoga";
import type { Logger } from "../../shared/log/logger.ts";
import type { CastVote } from "../cast_vote.ts";
import type { ShardReader } from "../shard_reader.ts";
import { createErrorMask } from "./errors.ts";
import { createResolvers } from "./resolvers.ts";
import typeDefs from "./schema.graphql" with { type: "text" };

export const GRAPHQL_PATH = "/graphql";

/**
 * The largest vote has 21 names of 64 code points; written as JSON escapes, 12 bytes each, that is 16 KiB. The rest is
 * for the document.
 */
export const REQUEST_BYTES_MAX = 65_536;

export interface GraphqlDeps {
  readonly castVote: CastVote;
  readonly reader: ShardReader;
  readonly log: Logger;
}

export function createGraphql(
  { castVote, reader, log }: GraphqlDeps,
): (request: Request) => Promise<Response> {
  const yoga = createYoga({
    schema: createSchema({ typeDefs, resolvers: createResolvers({ castVote, reader }) }),
    graphqlEndpoint: GRAPHQL_PATH,
    maskedErrors: { maskError: createErrorMask(log) },
    maxRequestBodySize: REQUEST_BYTES_MAX,
    batching: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    // The error mask logs, once and without what clients sent.
    logging: false,
    multipart: false,
    plugins: [malformedParameters()],
  });
  // Not yoga.fetch: it ties the answer to the request's signal, which Deno aborts even after a good reply.
  return async (request) => await yoga.handleRequest(request, {});
}

/** Parameters of a URL that are not JSON are the client's mistake, where graphql-yoga takes them for a fault. */
function malformedParameters(): Plugin {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          throw new GraphQLError("Send variables and extensions as JSON", {
            extensions: { code: "BAD_REQUEST", http: { status: 400 } },
          });
        }
      });
    },
  };
}
