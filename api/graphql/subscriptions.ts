/**
 * Subscriptions: judged by graphql-yoga like any other document, and then handed to whoever serves the stream. What
 * GraphQL itself does here is to coerce the variables and to call the field's `subscribe`, which checks its arguments.
 *
 * A stream shows subscriptions alone, and a subscription needs a stream: anything else is refused before it is executed,
 * so that no vote is counted whose answer would come in a form that the client did not mean.
 */
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  getOperationAST,
  GraphQLError,
  Kind,
  type SelectionSetNode,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Subscription } from "../live/channel.ts";
import { Feed } from "../live/feed.ts";
import type { RequestContext } from "./request_context.ts";

/** Makes the response of a subscription that was found right. */
export type OpenStream = (subscription: Subscription) => Response;

/** Beside what resolvers learn of every request. */
export interface StreamContext extends RequestContext {
  /** Absent where the client does not take a stream. */
  readonly openStream?: OpenStream;
}

/** What graphql-yoga has parsed of the request. */
interface Asking extends StreamContext {
  readonly params: { readonly query?: string; readonly variables?: unknown };
}

export function streamsSubscriptions(
  maskError: Subscription["maskError"],
): Plugin<StreamContext, StreamContext> {
  // graphql-yoga hands on a result; whose stream it stands for is written down here.
  const found = new WeakMap<object, Subscription>();
  return {
    onExecute({ args, setResultAndStopExecution }) {
      if (!args.contextValue.openStream) return;
      setResultAndStopExecution(refusal("Ask for application/json: text/event-stream is for subscriptions"));
    },
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const asking = args.contextValue;
      if (!asking.openStream) {
        setResultAndStopExecution(refusal("Accept text/event-stream first: a subscription is a stream"));
        return;
      }
      setSubscribeFn(async (typed) => {
        const execution = typed as ExecutionArgs;
        const source = await subscribe(execution);
        if (!(source instanceof Feed)) return source;
        const result: ExecutionResult = {};
        found.set(result, subscriptionOf(source, { execution, asking, maskError }));
        return result;
      });
    },
    onResultProcess({ result, serverContext, setResultProcessor }) {
      const subscription = found.get(result);
      const { openStream } = serverContext;
      if (subscription && openStream) {
        setResultProcessor(() => openStream(subscription), "text/event-stream");
      }
    },
  };
}

async function subscribe({ schema, document, variableValues, operationName, contextValue }: ExecutionArgs) {
  const operation = getOperationAST(document, operationName);
  if (operation && isConditional(operation.selectionSet, document)) {
    return {
      errors: [new GraphQLError("Subscribe without a condition on the field itself", { nodes: operation })],
    };
  }
  const source = await createSourceEventStream({
    schema,
    document,
    contextValue,
    variableValues: variableValues ?? null,
    operationName: operationName ?? null,
  });
  if (source instanceof Feed || !(Symbol.asyncIterator in source)) return source;
  throw new Error("Subscribe: wanted a feed, got another stream");
}

/** Nothing of the request but what it asked: the execution is shared with whoever asks the same. */
function subscriptionOf(
  feed: Feed,
  { execution, asking: { params }, maskError }: {
    execution: ExecutionArgs;
    asking: Asking;
    maskError: Subscription["maskError"];
  },
): Subscription {
  const { schema, document, variableValues, operationName } = execution;
  return {
    feed,
    key: JSON.stringify([params.query, operationName ?? null, variableValues ?? null]),
    execution: {
      schema,
      document,
      variableValues: variableValues ?? null,
      operationName: operationName ?? null,
    },
    maskError,
  };
}

/** The condition decides whether there is a field at all, which graphql-js does not expect. Fragments have no cycles here. */
function isConditional({ selections }: SelectionSetNode, document: DocumentNode): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(({ name: { value } }) => value === "skip" || value === "include")) {
      return true;
    }
    if (selection.kind === Kind.FIELD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet, document);
    const fragment = document.definitions.find((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value
    ) as FragmentDefinitionNode | undefined;
    return fragment !== undefined && isConditional(fragment.selectionSet, document);
  });
}

function refusal(message: string): ExecutionResult {
  const extensions = { code: "NOT_ACCEPTABLE", http: { status: 406 } };
  return { errors: [new GraphQLError(message, { extensions })] };
}
