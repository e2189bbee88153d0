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
  /** Response keys from the root. */
  readonly path: readonly string[];
}

/**
 * Returns undefined where more is asked than plain fields of one object: such a selection, or a type whose fields may be
 * null, stays with graphql-yoga.
 */
export function compileCompletion(type: GraphQLOutputType, place: Place): Complete | undefined {
  if (!isNonNullType(type)) return undefined;
  const { ofType } = type;
  if (isObjectType(ofType)) return compileObject(ofType, place);
  if (isLeafType(ofType)) return (value) => serialize(ofType, value);
  if (!isListType(ofType)) return undefined;
  const complete = compileCompletion(ofType.ofType, place);
  return complete && ((values) =>
    (values as readonly unknown[]).map((value, index) => {
      try {
        return complete(value);
      } catch (error) {
        throw locatedError(error, [place.field], [...place.path, index]);
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

function compileObject(type: GraphQLObjectType, place: Place): Complete | undefined {
  const asked = place.field.selectionSet && plainFields(place.field.selectionSet);
  const fields = asked?.map((field) => compileField(type, { field, path: place.path }));
  if (!fields?.every((field) => field !== undefined)) return undefined;
  return (source) =>
    completeObject(source as Readonly<Record<string, unknown>>, { fields, path: place.path });
}

function compileField(type: GraphQLObjectType, { field, path }: Place): CompleteField | undefined {
  const [key, name] = [responseKey(field), field.name.value];
  if (name === "__typename") return { key, name, field, complete: () => type.name };
  const definition = type.getFields()[name];
  // A field that is computed, or takes arguments, is more than a property.
  if (!definition || definition.resolve || definition.args.length > 0) return undefined;
  const complete = compileCompletion(definition.type, { field, path: [...path, key] });
  return complete && { key, name, field, complete };
}

function completeObject(
  source: Readonly<Record<string, unknown>>,
  { fields, path }: { fields: readonly CompleteField[]; path: readonly string[] },
): Record<string, unknown> {
  const completed: Record<string, unknown> = {};
  for (const { key, name, field, complete } of fields) {
    try {
      completed[key] = complete(source[name]);
    } catch (error) {
      throw locatedError(error, [field], [...path, key]);
    }
  }
  return completed;
}
