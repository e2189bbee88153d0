/** GraphQL over HTTP by graphql-yoga, with everything off that the contract does not name. */
import { GraphQLError } from "graphql";
import { createSchema, createYoga, type Plugin } from "graphql-yoga";
import type { Logger } from "../../shared/log/logger.ts";
import type { CastVote } from "../cast_vote.ts";
import { judgeContent } from "../content_rules.ts";
import type { ShardReader } from "../shard_reader.ts";
import { limitsDocuments } from "./document_limits.ts";
import { createErrorMask } from "./errors.ts";
import { GRAPHIQL_OPTIONS, renderGraphiqlPage } from "./graphiql_page.ts";
import type { KnownOperations } from "./known_operations.ts";
import { resultIn } from "./not_ready.ts";
import type { OperationSource } from "./operation.ts";
import { tracesOperations } from "./operation_span.ts";
import { requestContext } from "./request_context.ts";
import { createResolvers } from "./resolvers.ts";
import typeDefs from "./schema.graphql" with { type: "text" };
import { type StreamContext, streamsSubscriptions } from "./subscriptions.ts";

export const GRAPHQL_PATH = "/graphql";

/**
 * The largest vote has 21 names of 64 code points; written as JSON escapes, 12 bytes each, that is 16 KiB. The rest is
 * for the document.
 */
export const REQUEST_BYTES_MAX = 65_536;

export interface GraphqlDeps {
  readonly castVote: CastVote;
  readonly reader: ShardReader;
  readonly known: KnownOperations;
  /** For developers: introspection, GraphiQL, and suggestions in errors. */
  readonly tools: boolean;
  readonly log: Logger;
}

/** A door that answers every request. */
export type Door = (request: Request) => Promise<Response>;
/** Where the client takes a stream, the context says how to open one. */
export type YogaDoor = (request: Request, context?: StreamContext) => Promise<Response>;

/** Makes what it executes known to the hot door. */
export function createYogaDoor({ castVote, reader, known, tools, log }: GraphqlDeps): YogaDoor {
  const maskError = createErrorMask(log);
  const yoga = createYoga<StreamContext>({
    schema: createSchema({ typeDefs, resolvers: createResolvers({ castVote, reader }) }),
    graphqlEndpoint: GRAPHQL_PATH,
    maskedErrors: { maskError },
    // What is asked often is known at the hot door. These caches would hold strangers' documents as trees, a thousand of
    // them and each as large as a request may be.
    parserAndValidationCache: false,
    maxRequestBodySize: REQUEST_BYTES_MAX,
    batching: false,
    cors: false,
    graphiql: tools ? GRAPHIQL_OPTIONS : false,
    renderGraphiQL: renderGraphiqlPage,
    landingPage: false,
    // The error mask logs, once and without what clients sent.
    logging: false,
    multipart: false,
    plugins: [
      malformedParameters(),
      ...limitsDocuments({ tools }),
      tellsNotReady(),
      streamsSubscriptions(maskError),
      ...tracesOperations(),
      teachesHotDoor({ known, maskError }),
    ],
  });
  // Not yoga.fetch: it ties the answer to the request's signal, which Deno aborts even after a good reply.
  return async (request, context = requestContext(request)) => await yoga.handleRequest(request, context);
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

/** As the hot door does. Whoever comes here without a type that we answer in was refused before. */
function tellsNotReady(): Plugin {
  return {
    onResultProcess({ request, result, setResult }) {
      if (!("errors" in result) || !result.errors) return;
      const answerType = judgeContent(request);
      if (!(answerType instanceof Response)) setResult(resultIn(answerType, result));
    },
  };
}

/** Only here, after parsing and validation with all that plugins add to them, does a document become known. */
function teachesHotDoor(
  { known, maskError }: { known: KnownOperations; maskError: OperationSource["maskError"] },
): Plugin {
  return {
    onExecute({ args: { schema, document, operationName, contextValue } }) {
      const { query } = contextValue.params;
      if (query) {
        known.learn(query, { schema, document, operationName: operationName ?? undefined, maskError });
      }
    },
  };
}
