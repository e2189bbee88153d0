/** Turns what a resolver returned into what the result shows: the fields asked for, each as its type writes it. */
import {
  type FieldNode,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  locatedError,
} from "graphql";
import { plainFields, responseKey } from "./plain_field.ts";

/** Throws a `GraphQLError` with its place where a value is not of its type. */
export type Complete = (value: unknown) => unknown;

interface Place {
  readonly field: FieldNode;
  /** Response key of the root field. */
  readonly key: string;
}

/**
 * Returns undefined where more is asked than plain fields of objects and of lists of them: such a selection, or a type
 * whose fields may be null, stays with graphql-yoga.
 */
export function compileCompletion(type: GraphQLOutputType, { field, key }: Place): Complete | undefined {
  const complete = compileValue(type, field);
  return complete && ((value) => {
    try {
      return complete(value);
    } catch (error) {
      throw locate(error, { field, key });
    }
  });
}

/** A value below the root that is not of its type. The path grows on the way out: values that are right cost nothing. */
class Misplaced extends Error {
  /** From the innermost place to the outermost. */
  readonly path: (string | number)[] = [];
  constructor(override readonly cause: unknown, readonly field: FieldNode) {
    super("Complete a value: it is not of its type");
  }
}

function misplaced(error: unknown, { field, step }: { field: FieldNode; step: string | number }): Misplaced {
  const place = error instanceof Misplaced ? error : new Misplaced(error, field);
  place.path.push(step);
  return place;
}

function locate(error: unknown, { field, key }: Place): GraphQLError {
  if (!(error instanceof Misplaced)) return locatedError(error, [field], [key]);
  return locatedError(error.cause, [error.field], [key, ...error.path.reverse()]);
}

function compileValue(type: GraphQLOutputType, field: FieldNode): Complete | undefined {
  if (!isNonNullType(type)) return undefined;
  const { ofType } = type;
  if (isObjectType(ofType)) return compileObject(ofType, field);
  if (isLeafType(ofType)) return (value) => serialize(ofType, value);
  if (!isListType(ofType)) return undefined;
  const complete = compileValue(ofType.ofType, field);
  return complete && ((values) =>
    (values as readonly unknown[]).map((value, index) => {
      try {
        return complete(value);
      } catch (error) {
        throw misplaced(error, { field, step: index });
      }
    }));
}

/** A value that is not of its type is a fault of ours: an error that graphql-js words for clients would pass the mask. */
function serialize(type: GraphQLLeafType, value: unknown): unknown {
  try {
    if (value == null) throw new Error("Cannot return null");
    return type.serialize(value);
  } catch (error) {
    throw error instanceof GraphQLError ? new Error(error.message) : error;
  }
}

interface CompleteField {
  readonly key: string;
  readonly name: string;
  readonly field: FieldNode;
  readonly complete: Complete;
}

function compileObject(type: GraphQLObjectType, { selectionSet }: FieldNode): Complete | undefined {
  const asked = selectionSet && plainFields(selectionSet);
  const fields = asked?.map((field) => compileField(type, field));
  if (!fields?.every((field) => field !== undefined)) return undefined;
  return (source) => {
    if (source == null) throw new Error("Cannot return null");
    return completeObject(source as Readonly<Record<string, unknown>>, fields);
  };
}

function compileField(type: GraphQLObjectType, field: FieldNode): CompleteField | undefined {
  const [key, name] = [responseKey(field), field.name.value];
  if (name === "__typename") return { key, name, field, complete: () => type.name };
  const definition = type.getFields()[name];
  // A field that is computed, or takes arguments, is more than a property.
  if (!definition || definition.resolve || definition.args.length > 0) return undefined;
  const complete = compileValue(definition.type, field);
  return complete && { key, name, field, complete };
}

function completeObject(
  source: Readonly<Record<string, unknown>>,
  fields: readonly CompleteField[],
): Record<string, unknown> {
  const completed: Record<string, unknown> = {};
  for (const { key, name, field, complete } of fields) {
    try {
      completed[key] = complete(source[name]);
    } catch (error) {
      throw misplaced(error, { field, step: key });
    }
  }
  return completed;
}
