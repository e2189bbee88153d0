/**
 * An operation of a document that graphql-yoga has parsed and validated, made ready to be executed often: types, argument
 * nodes and result fields are looked up once.
 *
 * Ready are operations as clients of CAST write them: one root field, its arguments, and plain fields of its result. What
 * has fragments, directives or several root fields is none, and stays with graphql-yoga. So does every request that
 * breaks the schema: nothing here words an error about input.
 *
 * Closures over graphql-js and no generated code: documents come from strangers.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  isNonNullType,
  locatedError,
} from "graphql";
import { compileCompletion } from "./completion.ts";
import { compileArguments, compileVariables, type Values } from "./input.ts";
import { inOperationSpan } from "./operation_span.ts";
import { onlyPlainField, responseKey } from "./plain_field.ts";
import type { RequestContext } from "./request_context.ts";

export interface Operation {
  /** Returns the root field's arguments, or undefined where the variables break the schema. */
  argumentsFrom(variables: Values): Values | undefined;
  /** Never rejects: what a resolver throws is an error of the result. */
  execute(args: Values, context: RequestContext): Promise<ExecutionResult>;
}

export interface OperationSource {
  readonly schema: GraphQLSchema;
  /** Valid for the schema. */
  readonly document: DocumentNode;
  /** Absent where the client named none. */
  readonly operationName: string | undefined;
  /** Run over every error before it is answered. */
  readonly maskError: (error: unknown) => GraphQLError;
}

/** Returns undefined for an operation of another shape. */
export function compileOperation(
  { schema, document, operationName, maskError }: OperationSource,
): Operation | undefined {
  const operation = getOperationAST(document, operationName);
  const field = operation ? onlyPlainField(operation) : undefined;
  if (!operation || !field) return undefined;
  const definition = schema.getRootType(operation.operation)?.getFields()[field.name.value];
  if (!definition?.resolve || !isNonNullType(definition.type)) return undefined;
  const key = responseKey(field);
  const complete = compileCompletion(definition.type, { field, key });
  const coerceVariables = compileVariables(schema, operation);
  if (!complete || !coerceVariables) return undefined;
  const readArguments = compileArguments(definition.args, field);
  // Resolvers of ours read their arguments and the context: no root, nothing of the document.
  const resolve = definition.resolve as (root: undefined, args: Values, context: RequestContext) => unknown;

  const execute: Operation["execute"] = async (args, context) => {
    try {
      return { data: { [key]: complete(await resolve(undefined, args, context)) } };
    } catch (error) {
      // The field is not nullable: its error takes the data with it. In the order that graphql-yoga writes them.
      return { errors: [maskError(locatedError(error, [field], [key]))], data: null };
    }
  };

  return {
    argumentsFrom(variables) {
      const coerced = coerceVariables(variables);
      return coerced && readArguments(coerced);
    },
    execute: inOperationSpan(execute, operation),
  };
}
