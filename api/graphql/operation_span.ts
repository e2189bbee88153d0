/**
 * The span of a GraphQL operation, the same at both doors. It is named by its type alone, and never holds the document or
 * its variables: they name people, and a ticket is a secret while it lives.
 */
import { getOperationAST, type OperationDefinitionNode } from "graphql";
import type { Plugin } from "graphql-yoga";
import { findTracer, isTraced } from "../../shared/trace/tracing.ts";

/** Clients choose the name. */
const NAME_LENGTH_MAX = 64;

/** Returns the function itself where nothing is traced. */
export function inOperationSpan<Arguments extends unknown[], Result>(
  run: (...args: Arguments) => Promise<Result>,
  { operation: type, name }: OperationDefinitionNode,
): (...args: Arguments) => Promise<Result> {
  const tracer = findTracer();
  if (!tracer) return run;
  const attributes = {
    "graphql.operation.type": type,
    ...(name === undefined ? {} : { "graphql.operation.name": name.value.slice(0, NAME_LENGTH_MAX) }),
  };
  return (...args) => {
    if (!isTraced()) return run(...args);
    return tracer.startActiveSpan(type, { attributes }, (span) => run(...args).finally(() => span.end()));
  };
}

/** For graphql-yoga; the hot door's operations have their spans since they were made ready. */
export function tracesOperations(): Plugin[] {
  if (!findTracer()) return [];
  return [{
    onExecute({ args: { document, operationName }, executeFn, setExecuteFn }) {
      const operation = getOperationAST(document, operationName);
      if (operation) setExecuteFn(inOperationSpan(async (args) => await executeFn(args), operation));
    },
  }];
}
